import Gateway
import Synchronization
import TestSupport
import Testing
import UV

@testable import SQLiteStore

/// Logins whose outcome is told by the loop (`LoginStore.startLogIn`).
@Suite struct EmbeddedLoginStoreTests {
    /// What logins came to, in order; told on the loop of the test.
    private final class Outcomes: Sendable {
        private let texts = Mutex<[String]>([])
        var all: [String] { texts.withLock { $0 } }
        func note(_ text: String) { texts.withLock { $0.append(text) } }

        /// Starts a login on the loop.
        func start(_ name: String, in store: EmbeddedStore, on loop: EventLoop) {
            store.logins.startLogIn(
                UserLogin(key: StoreSamples.user(name), now: 0),
                opening: StoreSamples.session("s"),
                limit: 1,
                now: 0,
                on: loop
            ) { [self] outcome in
                #expect(loop.isOnLoop)
                note("\(name) \((try? outcome.get())?.isNew.description ?? "fails")")
            }
        }
    }

    @Test func `the logins of a turn are told in their order, none before the turn is over`() async throws {
        let directory = try StoreDirectory()
        let store = try directory.open()
        defer { store.close() }
        let outcomes = Outcomes()
        try await withLoop { actor in
            for name in ["a", "b", "a", "c"] { outcomes.start(name, in: store, on: actor.loop) }
            #expect(outcomes.all.isEmpty)
            while outcomes.all.count < 4 { try await actor.loop.sleep(milliseconds: 1) }
        }
        #expect(outcomes.all == ["a true", "b true", "a false", "c true"])
        #expect(try await store.sessions.isLive(StoreSamples.user("c"), "s"))
    }

    @Test func `who waits for a disk that hangs is told so on his loop, and once`() async throws {
        let directory = try StoreDirectory()
        var limits = StoreLimits()
        limits.waitMax = 50
        let store = try directory.open(limits: limits)
        defer { store.close() }
        let outcomes = Outcomes()
        let gate = Gate()
        let holding = Task.detached {
            _ = try? await store.client.ask(.read) { tables throws(SQLiteError) in gate.pass() }
        }
        while !gate.isReached { try await Task.sleep(for: .milliseconds(1)) }
        try await withLoop { actor in
            outcomes.start("a", in: store, on: actor.loop)
            var second: Int64 = 0
            while outcomes.all.isEmpty, second < 500 {
                try await Task.sleep(for: .milliseconds(20))
                second += 1
                // Found by a thread that is none of the loop's.
                await Task.detached { [second] in store.sessions.sweep(now: second) }.value
            }
            gate.open()
            await holding.value
            // Behind whatever the thread would have told of it.
            _ = try? await store.users.user(StoreSamples.user("a"))
        }
        #expect(outcomes.all == ["a fails"])
    }

    @Test func `nothing of a login is held once it was told`() async throws {
        /// Stands for the request that waits for the login.
        final class Token: Sendable {}
        let directory = try StoreDirectory()
        let store = try directory.open()
        defer { store.close() }
        try await withLoop { actor in
            let told = Atomic(false)
            weak var held: Token?
            do {
                let token = Token()
                held = token
                store.logins.startLogIn(
                    UserLogin(key: StoreSamples.user("a"), now: 0),
                    opening: StoreSamples.session("s"),
                    limit: 1,
                    now: 0,
                    on: actor.loop
                ) { [token] _ in
                    withExtendedLifetime(token) { told.store(true, ordering: .releasing) }
                }
            }
            #expect(held != nil)
            // Without another batch, which would push this one out.
            for _ in 0..<5_000 where held != nil { try await actor.loop.sleep(milliseconds: 1) }
            #expect(told.load(ordering: .acquiring) && held == nil)
        }
    }

    @Test func `a closed store tells so before it returns`() async throws {
        let directory = try StoreDirectory()
        let store = try directory.open()
        store.close()
        let outcomes = Outcomes()
        try await withLoop { actor in
            outcomes.start("a", in: store, on: actor.loop)
            #expect(outcomes.all == ["a fails"])
        }
    }
}
