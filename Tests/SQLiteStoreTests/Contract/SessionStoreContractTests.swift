import Gateway
import Testing

/// What every session store does; what a step comes to is tested with `UserSessions`.
@Suite struct SessionStoreContractTests {
    private let user = StoreSamples.user()

    @Test(arguments: StoreKind.allCases) func `a login is found by its token, with what is known of the user`(
        kind: StoreKind
    ) async throws {
        try await kind.with { _, store in
            let identity = UserIdentity(id: 3, unionID: "union")
            let session = StoreSamples.session("a", device: "phone")
            #expect(try await store.lookup(user, StoreSamples.token("a"), now: 0) == .ended(.replaced))
            try await store.open(session, of: user, identity: identity, limit: 1, now: 0)
            guard case .live(let live) = try await store.lookup(user, StoreSamples.token("a"), now: 999) else {
                Issue.record("not found")
                return
            }
            #expect(live.session == session && live.identity == identity && live.isCurrent)
            #expect(try await store.sessions(of: user, now: 999) == [session])
            #expect(try await store.sessions(of: user, now: 1_000).isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases) func `what a lookup says is also said without waiting`(
        kind: StoreKind
    ) async throws {
        try await kind.with { _, store in
            for sid in ["a", "b", "c"] { try await store.open(sid, of: user, limit: 2) }
            _ = try await store.refresh(user, "b", to: "n")
            _ = try await store.end(user, StoreSamples.token("c"), as: .revoked, now: 1)
            var liveCount = 0
            for now: Int64 in [1, 31, 1_999, 2_000] {
                for (sid, jti) in [("a", nil), ("b", nil), ("b", "n"), ("c", nil), ("d", nil)] {
                    let token = StoreSamples.token(sid, jti)
                    let found = try await store.lookup(user, token, now: now)
                    #expect(store.lookupNow(user, token, now: now) == found)
                    if case .live = found { liveCount += 1 }
                }
            }
            // The first token of b for a moment, the second until it expires.
            #expect(liveCount == 4)
            // Or each check would ask with a task.
            #expect(store is any ResidentSessionStore)
            #expect(store.lookupNow(user, StoreSamples.token("c"), now: 1) == .ended(.revoked))
            #expect(store.lookupNow(StoreSamples.user("oYou"), StoreSamples.token("b"), now: 1) == .ended(.replaced))
        }
    }

    @Test(arguments: StoreKind.allCases) func `users do not see each other, nor one user his sessions in another app`(
        kind: StoreKind
    ) async throws {
        try await kind.with { _, store in
            try await store.open("s", of: user)
            try await store.open("t", of: StoreSamples.user("oYou"))
            for other in [StoreSamples.user(app: "wx2"), StoreSamples.user("oYou")] {
                #expect(try await !store.isLive(other, "s"))
                let found = try await store.end(other, StoreSamples.token("s"), as: .revoked, now: 0)
                #expect(found == .ended(.replaced))
            }
            #expect(try await store.isLive(user, "s"))
            #expect(try await store.endAll(of: user, as: .revoked, now: 0) == 1)
            #expect(try await store.isLive(StoreSamples.user("oYou"), "t"))
        }
    }

    @Test(arguments: StoreKind.allCases) func `the limit, a refresh and a logout do what the rules say`(
        kind: StoreKind
    ) async throws {
        try await kind.with { _, store in
            for sid in ["a", "b", "c"] { try await store.open(sid, of: user, limit: 2) }
            #expect(try await store.sessions(of: user, now: 1).map(\.sid) == ["b", "c"].map(StoreSamples.digest))
            guard case .refreshed(let live) = try await store.refresh(user, "b", to: "n") else {
                Issue.record("not refreshed")
                return
            }
            #expect(live.validUntil == 2_000)
            #expect(try await store.isLive(user, "b", now: 30))
            #expect(try await !store.isLive(user, "b", now: 31))
            #expect(try await store.isLive(user, "b", "n", now: 1_999))
            guard case .repeated(_, let next) = try await store.refresh(user, "b", to: "other") else {
                Issue.record("not repeated")
                return
            }
            #expect(next == StoreSamples.sealed("n"))
            _ = try await store.end(user, StoreSamples.token("b", "n"), as: .loggedOut, now: 1)
            for jti in [nil, "n"] {
                #expect(try await store.lookup(user, StoreSamples.token("b", jti), now: 1) == .ended(.loggedOut))
            }
            #expect(try await store.refresh(user, "b", to: "o") == .ended(.loggedOut))
            #expect(try await store.isLive(user, "c"))
        }
    }

    @Test(arguments: StoreKind.allCases) func `what becomes known of a user reaches his sessions`(
        kind: StoreKind
    ) async throws {
        try await kind.with { _, store in
            try await store.setIdentity(UserIdentity(id: 1), of: user)
            #expect(try await store.sessions(of: user, now: 0).isEmpty)
            try await store.open("a", of: user)
            try await store.setIdentity(UserIdentity(id: 9), of: user)
            guard case .live(let live) = try await store.lookup(user, StoreSamples.token("a"), now: 0) else {
                Issue.record("not found")
                return
            }
            #expect(live.identity == UserIdentity(id: 9))
        }
    }

    @Test(arguments: StoreKind.allCases) func `of an erased user nothing is known, not even why his sessions ended`(
        kind: StoreKind
    ) async throws {
        try await kind.with { _, store in
            try await store.open("a", of: user, limit: 2)
            _ = try await store.end(user, StoreSamples.token("a"), as: .loggedOut, now: 0)
            try await store.open("b", of: user, limit: 2)
            try await store.erase(user)
            for sid in ["a", "b"] {
                #expect(try await store.lookup(user, StoreSamples.token(sid), now: 0) == .ended(.replaced))
            }
            try await store.erase(user)
            try await store.open("c", of: user)
            #expect(try await store.isLive(user, "c"))
        }
    }

    @Test(arguments: StoreKind.allCases) func `sweeping takes nothing that is still good`(kind: StoreKind) async throws
    {
        try await kind.with { _, store in
            for number in 0..<200 {
                let user = StoreSamples.user("o\(number)")
                try await store.open("s\(number)", of: user, expiresAt: number % 2 == 0 ? 100 : 2_000)
            }
            for now: Int64 in 100..<700 { store.sweep(now: now) }
            // Asked after them, so done after them.
            try await store.erase(StoreSamples.user("nobody"))
            for number in 0..<200 {
                let user = StoreSamples.user("o\(number)")
                #expect(try await store.isLive(user, "s\(number)", now: 700) == (number % 2 == 1))
            }
            #expect(store.trouble == nil)
        }
    }
}
