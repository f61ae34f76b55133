import TestSupport
import Testing
import UV

@testable import Gateway

@Suite struct MemorySessionStoreTests {
    @Test func `a hundred logins of one user at a time leave exactly one live session`() async throws {
        let store = MemorySessionStore()
        let sessions = (0..<100).map { GatewaySamples.session(sid: "s\($0)") }
        let threads = try (0..<8).map { try EventLoopThread(name: "login-\($0)") }
        await withTaskGroup(of: Void.self) { group in
            for (index, session) in sessions.enumerated() {
                let thread = threads[index % threads.count]
                group.addTask(executorPreference: thread.loop) {
                    await thread.actor.run { _ in try? await store.open(session, limit: 1, now: 0) }
                }
            }
        }
        for thread in threads { #expect(await joined(thread).isEmpty) }
        #expect(store.liveCount == 1)
        var live = 0
        for session in sessions {
            let found = try await store.lookup(session.user, sid: session.sid, jti: session.jti, now: 0)
            switch found {
            case .live(let found):
                live += 1
                #expect(found == session)
            case .ended(let reason): #expect(reason == .replaced)
            }
        }
        #expect(live == 1)
    }

    @Test func `of many ends of one session exactly one finds it live`() async throws {
        let store = MemorySessionStore()
        let session = GatewaySamples.session(sid: "s")
        for _ in 0..<20 {
            try await store.open(session, limit: 1, now: 0)
            let live = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        let found = try? await store.end(
                            session.user,
                            sid: "s",
                            jti: session.jti,
                            as: .loggedOut,
                            now: 0
                        )
                        return found == .live(session)
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(live == 1)
        }
    }

    @Test func `users do not see each other, nor one user his sessions in another app`() async throws {
        let store = MemorySessionStore()
        let mine = GatewaySamples.session("me", sid: "s")
        try await store.open(mine, limit: 1, now: 0)
        try await store.open(GatewaySamples.session("you", sid: "t"), limit: 1, now: 0)
        #expect(store.liveCount == 2)
        for user in [User.Key(appID: "wx2", openID: "me"), User.Key(appID: mine.user.appID, openID: "you")] {
            #expect(try await store.lookup(user, sid: "s", jti: mine.jti, now: 0) == .ended(.replaced))
            #expect(try await store.end(user, sid: "s", jti: mine.jti, as: .revoked, now: 0) == .ended(.replaced))
        }
        #expect(try await store.lookup(mine.user, sid: "s", jti: mine.jti, now: 0) == .live(mine))
    }

    @Test func `sweeping frees what has expired and only that, shard by shard`() async throws {
        let store = MemorySessionStore()
        for number in 0..<1_000 {
            let expiry: Int64 = number < 900 ? 100 : 200
            try await store.open(
                GatewaySamples.session("user\(number)", sid: "s\(number)", expiresAt: expiry),
                limit: 1,
                now: 0
            )
        }
        store.sweep(now: 100)
        #expect(store.liveCount < 1_000 && store.liveCount > 800)
        for _ in 0..<63 { store.sweep(now: 100) }
        #expect(store.liveCount == 100)
        for _ in 0..<64 { store.sweep(now: 200) }
        #expect(store.liveCount == 0)
    }
}
