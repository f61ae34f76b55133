import TestSupport
import Testing
import UV

@testable import Gateway

@Suite struct AccessTokenWriterTests {
    private let store = ScriptedAccessTokenStore()
    private let recorder = LogRecorder()

    /// A record that is told apart by its number.
    private static func record(_ number: Int64) -> AccessTokenRecord {
        AccessTokenRecord(budget: ForcedRefreshBudget(times: [number]))
    }

    private static func cipher() throws -> RecordCipher {
        try RecordCipher(keys: [try DataKey(Array(repeating: 7, count: 32))])
    }

    /// The numbers of the records that were saved, in order.
    private func saved() throws -> [Int64] {
        let cipher = try Self.cipher()
        return try store.saved.map { sealed in
            let bytes = try cipher.open(sealed, for: .accessToken, of: User.Key(appID: "wx1", openID: ""))
            return try #require(bytes.flatMap(AccessTokenRecordCodec.decode)?.budget.times.first)
        }
    }

    private func withWriter(
        _ body: @escaping @Sendable (isolated LoopActor, AccessTokenWriter) async throws -> Void
    ) async throws {
        try await withLoop { [store, recorder] actor in
            let logger = recorder.logger()
            let vault = AccessTokenVault(store: store, records: try Self.cipher(), appID: "wx1", logger: logger)
            let writer = AccessTokenWriter(on: actor.loop, vault: vault, appID: "wx1", logger: logger)
            try await body(actor, writer)
            await writer.finish()
        }
    }

    @Test func `while one record is written, only the newest of the others waits`() async throws {
        store.hold()
        try await withWriter { [store] actor, writer in
            writer.save(Self.record(1))
            try await until(on: actor.loop) { store.tries == 1 }
            writer.save(Self.record(2))
            writer.save(Self.record(3))
            store.release()
            await writer.finish()
        }
        #expect(try saved() == [1, 3])
    }

    @Test func `a write that failed is tried again until it is done, with one line for each turn`() async throws {
        store.fail(times: 2)
        try await withWriter { [store] actor, writer in
            let start = actor.loop.now
            writer.save(Self.record(1))
            try await until(on: actor.loop) { store.saved.count == 1 }
            #expect(actor.loop.now - start >= 2 * AccessTokenWriter.retryMilliseconds)
        }
        #expect(try saved() == [1])
        #expect(store.tries == 3)
        #expect(recorder.lines.map { $0.prefix(8) } == ["warning ", "notice a"])
    }

    @Test func `a write that failed is not tried again when a later record has taken its place`() async throws {
        store.fail(times: 1)
        try await withWriter { [store] actor, writer in
            writer.save(Self.record(1))
            try await until(on: actor.loop) { store.tries == 1 }
            writer.save(Self.record(2))
            try await until(on: actor.loop) { store.saved.count == 1 }
        }
        #expect(try saved() == [2])
    }

    @Test func `what somebody waits for is tried at once and only once`() async throws {
        store.fail(times: 2)
        try await withWriter { [store] actor, writer in
            writer.save(Self.record(1))
            try await until(on: actor.loop) { store.tries == 1 }
            let start = actor.loop.now
            var isSaved = await writer.saveOnce(Self.record(2))
            #expect(!isSaved)
            #expect(actor.loop.now - start < AccessTokenWriter.retryMilliseconds)
            #expect(store.tries == 2)
            // The record before it is still to be written, and not over a newer one.
            isSaved = await writer.saveOnce(Self.record(3))
            #expect(isSaved)
        }
        #expect(try saved() == [3])
    }

    @Test func `after a try that failed the record before it is written`() async throws {
        store.fail(times: 2)
        try await withWriter { [store] actor, writer in
            writer.save(Self.record(1))
            try await until(on: actor.loop) { store.tries == 1 }
            _ = await writer.saveOnce(Self.record(2))
            try await until(on: actor.loop) { store.saved.count == 1 }
        }
        #expect(try saved() == [1])
    }

    @Test func `the end waits for the write under way and hurries one that waits for its next try`() async throws {
        store.fail(times: 1)
        try await withWriter { [store] actor, writer in
            writer.save(Self.record(1))
            try await until(on: actor.loop) { store.tries == 1 }
            let start = actor.loop.now
            await writer.finish()
            #expect(actor.loop.now - start < AccessTokenWriter.retryMilliseconds)
        }
        #expect(try saved() == [1])
    }

    @Test func `the end does not wait for a store that has failed for good`() async throws {
        store.fail(times: .max)
        try await withWriter { _, writer in
            writer.save(Self.record(1))
            await writer.finish()
        }
        #expect(store.tries <= 2)
    }
}
