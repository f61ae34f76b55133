import TestSupport
import Testing
import UV

@testable import Gateway

/// Logins step by step: who waits for what, what a hang-up frees and what goes on nevertheless.
@Suite struct LoginAttemptTests {
    private func withBench(
        _ body: @escaping @Sendable (isolated LoopActor, LoginBench, HeldLoginStore) async throws -> Void
    ) async throws {
        try await withLoop { actor in
            var store: HeldLoginStore?
            let bench = try LoginBench(on: actor.loop) { fixture in
                let held = HeldLoginStore(fixture)
                store = held
                return held
            }
            let result: Result<Void, any Error>
            do {
                result = .success(try await body(actor, bench, try #require(store)))
            } catch {
                result = .failure(error)
            }
            bench.close()
            try result.get()
        }
    }

    private func eventually(_ actor: isolated LoopActor, _ condition: () -> Bool) async throws -> Bool {
        for _ in 0..<5_000 {
            if condition() { return true }
            try await actor.loop.sleep(milliseconds: 1)
        }
        return false
    }

    @Test func `a login that nothing holds up has no task, and leaves nothing behind`() async throws {
        try await withLoop { actor in
            let bench = try LoginBench(on: actor.loop) { MemoryLoginStore(users: $0.users, sessions: $0.store) }
            weak var gone: RecordedAttempt?
            do {
                let attempt = try bench.attempt()
                gone = attempt
                // Started by a callback, as by a connection.
                actor.loop.inNextDrain { attempt.start() }
                #expect(try await attempt.text().count > 100)
                #expect(attempt.ends == 1 && !attempt.hasTask)
            }
            #expect(try await eventually(actor) { gone == nil })
            bench.close()
        }
    }

    @Test func `who hangs up during the exchange is forgotten, and WeChat's answer is there for his repeat`()
        async throws
    {
        try await withBench { actor, bench, store in
            bench.isWeChatSilent = true
            weak var gone: RecordedAttempt?
            do {
                let (first, other) = (try bench.attempt(), try bench.attempt())
                gone = other
                for attempt in [first, other] { attempt.start() }
                #expect(try await eventually(actor) { bench.exchangeCount == 1 })
                for attempt in [first, other] { attempt.hungUp() }
                // Only the exchange keeps the one that began it.
                withExtendedLifetime(first) {}
            }
            #expect(gone == nil)
            bench.isWeChatSilent = false
            let again = try bench.attempt()
            again.start()
            #expect(try await eventually(actor) { store.count == 1 })
            store.go(on: true)
            #expect(try await again.text().count > 100)
            #expect(bench.exchangeCount == 1 && again.ends == 1 && bench.fixture.store.liveCount == 1)
        }
    }

    @Test func `the first who stays owns the code when the one who began hangs up`() async throws {
        try await withBench { actor, bench, store in
            bench.isWeChatSilent = true
            let (first, other) = (try bench.attempt(nonce: "n"), try bench.attempt(nonce: "m"))
            for attempt in [first, other] { attempt.start() }
            first.hungUp()
            bench.isWeChatSilent = false
            #expect(try await eventually(actor) { store.count == 1 })
            store.go(on: true)
            #expect(try await other.text().count > 100)
            #expect(first.ends == 0)
            #expect(try await bench.logIn(nonce: "n") == "code_used")
        }
    }

    @Test func `who hangs up while the store writes has his session opened, and his repeat gets it`() async throws {
        try await withBench { actor, bench, store in
            let first = try bench.attempt()
            first.start()
            #expect(try await eventually(actor) { store.count == 1 })
            first.hungUp()
            let sharing = try bench.attempt()
            sharing.start()
            #expect(sharing.ends == 0 && store.count == 1)
            store.go(on: true)
            let token = try await sharing.text()
            #expect(token.count > 100)
            #expect(try await bench.logIn() == token)
            #expect(bench.exchangeCount == 1 && store.count == 0 && bench.fixture.store.liveCount == 1)
        }
    }

    @Test func `a store that fails is told to all who wait, and the next one asks it again`() async throws {
        try await withBench { actor, bench, store in
            let (first, sharing) = (try bench.attempt(), try bench.attempt())
            first.start()
            #expect(try await eventually(actor) { store.count == 1 })
            sharing.start()
            store.go(on: false)
            #expect(try await first.text() == "store_unavailable")
            #expect(try await sharing.text() == "store_unavailable")
            let next = try bench.attempt()
            next.start()
            #expect(store.count == 1)
            store.go(on: true)
            #expect(try await next.text().count > 100)
            #expect(bench.exchangeCount == 1)
        }
    }

    @Test func `who hangs up while somebody else opens the session is not told of it`() async throws {
        try await withBench { actor, bench, store in
            let (first, sharing) = (try bench.attempt(), try bench.attempt())
            first.start()
            #expect(try await eventually(actor) { store.count == 1 })
            sharing.start()
            sharing.hungUp()
            store.go(on: true)
            #expect(try await first.text().count > 100)
            _ = try await bench.logIn()
            #expect(sharing.ends == 0)
        }
    }

    @Test func `requests of several loops share one exchange and one session, each told on its own loop`()
        async throws
    {
        let other = try EventLoopThread(name: "other")
        try await withBench { actor, bench, store in
            bench.isWeChatSilent = true
            let first = try bench.attempt()
            first.start()
            // Only its stores and codes are looked at there, which belong to no loop.
            nonisolated(unsafe) let shared = bench
            let sharing = Task(executorPreference: other.loop) {
                try await other.actor.run { actor in
                    let bench = try LoginBench(on: actor.loop, with: shared) { HeldLoginStore($0) }
                    let (attempt, stranger) = (try bench.attempt(), try bench.attempt(nonce: "m"))
                    for attempt in [attempt, stranger] { attempt.start() }
                    let texts = (try await attempt.text(), try await stranger.text())
                    bench.close()
                    return texts
                }
            }
            await other.actor.run { _ in }
            bench.isWeChatSilent = false
            #expect(try await eventually(actor) { store.count == 1 })
            store.go(on: true)
            let token = try await first.text()
            #expect(token.count > 100)
            #expect(try await sharing.value == (token, "code_used"))
            #expect(bench.exchangeCount == 1)
        }
        #expect(await joined(other).isEmpty)
    }
}
