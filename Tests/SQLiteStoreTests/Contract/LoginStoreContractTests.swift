import Gateway
import Testing

/// What each store of logins must do (`LoginStore`).
@Suite struct LoginStoreContractTests {
    private let key = StoreSamples.user()

    @Test(arguments: StoreKind.allCases, LoginForm.allCases)
    func `a login records its user, opens his session and ends the one before it`(
        kind: StoreKind,
        form: LoginForm
    ) async throws {
        try await kind.withLogins(form) { users, sessions, logins in
            let first = UserLogin(key: key, unionID: "u", sessionKey: StoreSamples.key("k1"), now: 1_000)
            let (user, isNew) = try #require(try await logins.logIn(first, "a"))
            #expect(isNew && user.unionID == "u" && user.createdAt == 1_000)
            #expect(try await users.user(key) == user)
            #expect(try await sessions.isLive(key, "a"))
            let login = UserLogin(
                key: key,
                profile: StoreSamples.profile("n"),
                sessionKey: StoreSamples.key("k2"),
                now: 2_000
            )
            let (again, isNewAgain) = try #require(try await logins.logIn(login, "b"))
            #expect(!isNewAgain && again.unionID == "u" && again.id == 1 && again.createdAt == 1_000)
            #expect(again.profile == StoreSamples.profile("n"))
            #expect(again.lastLoginAt == 2_000)
            #expect(try await users.user(id: 1) == again)
            #expect(try await users.sessionKeys(of: key, now: 2_000) == ["k2", "k1"].map(StoreSamples.sealed))
            #expect(try await !sessions.isLive(key, "a"))
            guard case .live(let found) = try await sessions.lookup(key, StoreSamples.token("b"), now: 1) else {
                Issue.record("no session")
                return
            }
            #expect(found.identity == again.identity)
        }
    }

    @Test(arguments: StoreKind.allCases, LoginForm.allCases) func `no more sessions stay than the limit says`(
        kind: StoreKind,
        form: LoginForm
    ) async throws {
        try await kind.withLogins(form) { _, sessions, logins in
            for name in ["a", "b", "c", "d"] { _ = try await logins.logIn(UserLogin(key: key, now: 0), name, limit: 2) }
            for (name, isLive) in [("a", false), ("b", false), ("c", true), ("d", true)] {
                #expect(try await sessions.isLive(key, name) == isLive, "\(name)")
            }
        }
    }

    @Test(arguments: StoreKind.allCases, LoginForm.allCases)
    func `of first logins at once one is new, and one session stays`(
        kind: StoreKind,
        form: LoginForm
    ) async throws {
        try await kind.withLogins(form) { _, sessions, logins in
            let key = key
            let done = try await onManyLoops(count: 50) { number in
                try? await logins.logIn(UserLogin(key: key, now: 0), "s\(number)")
            }
            #expect(done.count { $0?.isNew == true } == 1)
            #expect(try await sessions.sessions(of: key, now: 1).count == 1)
        }
    }

    @Test(arguments: StoreKind.allCases, LoginForm.allCases)
    func `logins and erasures at once leave no session without a user`(
        kind: StoreKind,
        form: LoginForm
    ) async throws {
        try await kind.withLogins(form) { users, sessions, logins in
            for round in 0..<20 {
                let key = StoreSamples.user("o\(round)")
                _ = try await onManyLoops(count: 20) { number in
                    if number % 2 == 0 {
                        _ = try? await logins.logIn(UserLogin(key: key, now: 0), "s\(number)")
                    } else {
                        try? await sessions.erase(key)
                        _ = try? await users.erase(key)
                        try? await sessions.erase(key)
                    }
                }
                if try await users.user(key) == nil {
                    #expect(try await sessions.sessions(of: key, now: 1).isEmpty)
                }
            }
        }
    }
}
