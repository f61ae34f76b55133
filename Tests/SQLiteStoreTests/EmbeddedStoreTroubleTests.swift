import Foundation
import Gateway
import Glibc
import Testing

@testable import SQLiteStore

/// What fails, how far, and how it ends (issue: nothing half-written, recovery without a restart).
@Suite struct EmbeddedStoreTroubleTests {
    private let user = StoreSamples.user()

    @Test func `a full disk makes writes unavailable, leaves nothing half-written, and works again with room`()
        async throws
    {
        let directory = try StoreDirectory()
        let store = try directory.open()
        defer { store.close() }
        try await store.sessions.open("before", of: user)
        try await setPagesMax(1, of: store)
        var acknowledged: Set<String> = []
        var refused: Set<String> = []
        for number in 0..<300 {
            let name = "o\(number)"
            let isOpened = (try? await store.sessions.open("s", of: StoreSamples.user(name))) != nil
            if isOpened { acknowledged.insert(name) } else { refused.insert(name) }
        }
        #expect(!refused.isEmpty)
        let trouble = try #require(store.sessions.trouble)
        #expect(trouble.contains("full") && store.users.trouble == trouble)
        // Reads of the disk and of memory go on.
        #expect(try await store.users.user(user) == nil)
        #expect(try await store.sessions.isLive(user, "before"))
        for name in refused { #expect(try await !store.sessions.isLive(StoreSamples.user(name), "s")) }
        for name in acknowledged { #expect(try await store.sessions.isLive(StoreSamples.user(name), "s")) }
        let rows = try directory.connect().integer("SELECT count(*) FROM users WHERE sessions NOTNULL", action: "test")
        #expect(rows == Int64(acknowledged.count + 1))
        // Still full: a probe finds that out.
        store.sessions.sweep(now: 1)
        #expect(try await store.users.user(user) == nil)
        #expect(store.sessions.trouble != nil)
        try await setPagesMax(1_000_000, of: store)
        store.sessions.sweep(now: 2)
        #expect(try await store.users.user(user) == nil)
        #expect(store.sessions.trouble == nil)
        for name in refused { try await store.sessions.open("s", of: StoreSamples.user(name)) }
        #expect(store.index.userCount == 301)
    }

    @Test func `what another process locks at the start is told from what somebody has to mend`() async throws {
        let directory = try StoreDirectory()
        var limits = StoreLimits()
        limits.busyMax = 20
        try directory.open(limits: limits).close()
        do {
            let other = try directory.connect()
            try other.execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE", action: "test")
            defer { withExtendedLifetime(other) {} }
            try directory.open(limits: limits).close()
            Issue.record("opened under another's lock")
        } catch EmbeddedStoreError.cannotOpenNow(let path, _) {
            #expect(path == directory.databasePath)
        }
        // The other has gone.
        try directory.open(limits: limits).close()
    }

    @Test func `nothing is acknowledged while the file is not where the next start looks for it`() async throws {
        let directory = try StoreDirectory()
        let store = try directory.open()
        defer { store.close() }
        try await store.sessions.open("s", of: user)
        let away = directory.databasePath + ".away"
        for isReplaced in [false, true] {
            #expect(rename(directory.databasePath, away) == 0)
            if isReplaced { try Data("another".utf8).write(to: URL(fileURLWithPath: directory.databasePath)) }
            await #expect(throws: StoreError.unavailable) { try await store.sessions.open("t", of: user) }
            #expect(store.sessions.trouble?.contains("removed") == true)
            #expect(try await store.sessions.isLive(user, "s"))
            #expect(rename(away, directory.databasePath) == 0)
            try await store.sessions.open("s", of: user)
            #expect(store.sessions.trouble == nil)
        }
    }

    @Test func `a file that goes away is noticed without any request`() async throws {
        let directory = try StoreDirectory()
        let store = try directory.open()
        defer { store.close() }
        #expect(unlink(directory.databasePath) == 0)
        store.sessions.sweep(now: 1)
        _ = try await store.users.user(user)
        #expect(store.sessions.trouble?.contains("removed") == true)
    }

    @Test func `a locked file makes writes unavailable within the named time, checks are answered, and it ends`()
        async throws
    {
        let directory = try StoreDirectory()
        var limits = StoreLimits()
        limits.busyMax = 100
        let store = try directory.open(limits: limits)
        defer { store.close() }
        try await store.sessions.open("s", of: user)
        let other = try directory.connect()
        try other.execute("BEGIN EXCLUSIVE", action: "test")
        let clock = ContinuousClock()
        let waited = await clock.measure {
            await #expect(throws: StoreError.unavailable) { try await store.sessions.open("t", of: user) }
        }
        #expect(waited >= .milliseconds(80) && waited < .milliseconds(2_000))
        #expect(try await store.sessions.isLive(user, "s"))
        #expect(store.users.trouble?.contains("locked") == true)
        try other.execute("ROLLBACK", action: "test")
        try await store.sessions.open("t", of: user)
        #expect(store.users.trouble == nil)
        #expect(try await store.sessions.isLive(user, "t"))
        #expect(try await !store.sessions.isLive(user, "s"))
    }

    @Test func `reads that came together with writes are answered when those fail`() async throws {
        let directory = try StoreDirectory()
        var limits = StoreLimits()
        limits.busyMax = 20
        let store = try directory.open(limits: limits)
        defer { store.close() }
        _ = try await store.users.recordLogin(UserLogin(key: user, now: 0))
        let other = try directory.connect()
        try other.execute("BEGIN IMMEDIATE", action: "test")
        let release = try await hold(store)
        let write = Task { try await store.sessions.open("s", of: user) }
        let read = Task { try await store.users.user(user) }
        try await Task.sleep(for: .milliseconds(50))
        release()
        #expect(try await read.value != nil)
        await #expect(throws: StoreError.unavailable) { try await write.value }
    }

    @Test func `one request's own fault does not take its batch along`() async throws {
        let directory = try StoreDirectory()
        let log = LogLines()
        let store = try directory.open(logger: log.logger())
        defer { store.close() }
        let release = try await hold(store)
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<20 {
                group.addTask {
                    if number == 7 {
                        return
                            (try? await store.client.ask(.write) { tables throws(SQLiteError) in
                                try tables.database.execute("INSERT INTO users VALUES (NULL)", action: "test")
                            }) == nil
                    }
                    return (try? await store.sessions.open("s", of: StoreSamples.user("o\(number)"))) != nil
                }
            }
            release()
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count == 20 && outcomes.allSatisfy { $0 })
        #expect(store.index.userCount == 19)
        #expect(store.users.trouble == nil)
        #expect(log.lines.count == 1 && log.lines.allSatisfy { $0.hasPrefix("critical") })
    }

    @Test func `of a step that fails after it was staged nothing is seen, in memory or on disk`() async throws {
        let directory = try StoreDirectory()
        let store = try directory.open()
        defer { store.close() }
        try await store.sessions.open("s", of: user)
        let user = user
        await #expect(throws: StoreError.unavailable) {
            try await store.client.ask(.write) { tables throws(SQLiteError) in
                tables.sessions.step(user) {
                    ($0.open(StoreSamples.session("t"), identity: UserIdentity(), limit: 1, now: 0), true)
                }
                try tables.sessions.write()
                try tables.database.execute("INSERT INTO users VALUES (NULL)", action: "test")
            }
        }
        #expect(try await store.sessions.isLive(user, "s"))
        #expect(try await !store.sessions.isLive(user, "t"))
        store.close()
        let again = try directory.open()
        defer { again.close() }
        #expect(try await again.sessions.isLive(user, "s"))
    }

    @Test func `a request that comes upon a damaged page does not take its batch along`() async throws {
        let directory = try StoreDirectory()
        let store = try directory.open()
        defer { store.close() }
        let release = try await hold(store)
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<20 {
                group.addTask {
                    if number == 7 {
                        return
                            (try? await store.client.ask(.write) { _ throws(SQLiteError) in
                                throw SQLiteError(11, while: "test")
                            }) == nil
                    }
                    return (try? await store.sessions.open("s", of: StoreSamples.user("o\(number)"))) != nil
                }
            }
            release()
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count == 20 && outcomes.allSatisfy { $0 })
    }

    @Test func `sweeps get past a damaged page, and the store serves on`() async throws {
        let directory = try StoreDirectory()
        var limits = StoreLimits()
        limits.sweptUsersMax = 100
        var store = try directory.open(limits: limits)
        for number in 0..<1_000 {
            let login = UserLogin(key: StoreSamples.user("o\(number)"), sessionKey: StoreSamples.key("k"), now: 0)
            _ = try await store.users.recordLogin(login)
        }
        store.close()
        #expect(try directory.damagePage(with: StoreSamples.appID + "o300"))
        let log = LogLines()
        store = try directory.open(limits: limits, logger: log.logger())
        defer { store.close() }
        for second: Int64 in 1...30 {
            store.users.sweep(now: second * 1_000)
            try await store.sessions.open("s", of: user)
            #expect(store.users.trouble == nil)
        }
        // Thirty sweeps go round the users less than three times, and two of them may come upon the page each time.
        #expect((1...6).contains(log.lines.count { $0.contains("cannot be dropped") }), "\(log.lines)")
    }

    @Test func `more requests than the queue holds are refused at once, the others are done`() async throws {
        let directory = try StoreDirectory()
        var limits = StoreLimits()
        limits.queueMax = 10
        limits.batchMax = 3
        let store = try directory.open(limits: limits)
        defer { store.close() }
        let release = try await hold(store)
        let done = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<30 {
                group.addTask {
                    (try? await store.sessions.open("s", of: StoreSamples.user("o\(number)"))) != nil
                }
            }
            var done: [Bool] = []
            // One of ten places is that of the request in work.
            for await isDone in group.prefix(21) { done.append(isDone) }
            #expect(done.allSatisfy { !$0 })
            release()
            for await isDone in group { done.append(isDone) }
            return done
        }
        #expect(done.count { $0 } == 9)
        #expect(store.index.userCount == 9)
    }

    @Test func `whoever has waited too long is told, also while the disk hangs, and once`() async throws {
        let directory = try StoreDirectory()
        var limits = StoreLimits()
        limits.waitMax = 150
        let store = try directory.open(limits: limits)
        defer { store.close() }
        let gate = Gate()
        let inWork = Task {
            try await store.client.ask(.read) { tables throws(SQLiteError) in gate.pass() }
        }
        while !gate.isReached { try await Task.sleep(for: .milliseconds(1)) }
        let waiting = Task { try await store.sessions.open("s", of: user) }
        var now: Int64 = 0
        while store.sessions.trouble == nil, now < 100 {
            try await Task.sleep(for: .milliseconds(20))
            now += 1
            store.sessions.sweep(now: now)
        }
        // The one in work first: it came first.
        await #expect(throws: StoreError.unavailable) { try await inWork.value }
        try await Task.sleep(for: .milliseconds(200))
        store.users.sweep(now: 0)
        await #expect(throws: StoreError.unavailable) { try await waiting.value }
        #expect(store.sessions.trouble?.contains("waited") == true)
        gate.open()
        // It was taken out of the queue, so it was not done later either.
        try await store.sessions.open("t", of: StoreSamples.user("oOther"))
        #expect(try await !store.sessions.isLive(user, "s"))
        #expect(store.sessions.trouble == nil)
    }

    @Test func `a closed store does what was asked before, and nothing later`() async throws {
        let directory = try StoreDirectory()
        let store = try directory.open()
        let release = try await hold(store)
        let asked = Task { try await store.sessions.open("s", of: user) }
        try await Task.sleep(for: .milliseconds(50))
        release()
        store.close()
        try await asked.value
        await #expect(throws: StoreError.unavailable) { try await store.sessions.open("t", of: user) }
        store.sessions.sweep(now: 1)
        store.close()
        #expect(try directory.contents().keys.sorted() == [EmbeddedStore.fileName])
        let again = try directory.open()
        defer { again.close() }
        #expect(try await again.sessions.isLive(user, "s"))
    }

    private func setPagesMax(_ pages: Int, of store: EmbeddedStore) async throws {
        try await store.client.ask(.read) { tables throws(SQLiteError) in
            try tables.database.execute("PRAGMA max_page_count = \(pages)", action: "test")
        }
    }

    /// Keeps the store's thread busy, as a disk that hangs does, until the returned closure is called.
    private func hold(_ store: EmbeddedStore) async throws -> @Sendable () -> Void {
        let gate = Gate()
        Task.detached {
            _ = try? await store.client.ask(.read) { tables throws(SQLiteError) in gate.pass() }
        }
        while !gate.isReached { try await Task.sleep(for: .milliseconds(1)) }
        return { gate.open() }
    }
}
