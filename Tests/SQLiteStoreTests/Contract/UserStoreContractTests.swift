import Gateway
import Testing
import WeChat

/// What every user store does.
@Suite struct UserStoreContractTests {
    private let key = StoreSamples.user()

    @Test(arguments: StoreKind.allCases) func `a user is new once, ever, in each app`(kind: StoreKind) async throws {
        try await kind.with { store, _ in
            #expect(try await store.user(key) == nil)
            let first = try await store.recordLogin(UserLogin(key: key, now: 10))
            #expect(first.isNew && first.user == User(key: key, createdAt: 10, lastLoginAt: 10))
            let second = try await store.recordLogin(UserLogin(key: key, now: 20))
            #expect(!second.isNew && second.user == User(key: key, createdAt: 10, lastLoginAt: 20))
            #expect(try await store.recordLogin(UserLogin(key: StoreSamples.user(app: "wx2"), now: 30)).isNew)
            #expect(try await store.user(key) == second.user)
        }
    }

    @Test(arguments: StoreKind.allCases) func `an id comes with the first profile, from one sequence over all apps`(
        kind: StoreKind
    ) async throws {
        try await kind.with { store, _ in
            let keys = (0..<6).map { StoreSamples.user("o\($0)", app: "wx\($0 % 2)") }
            for key in keys {
                #expect(try await store.recordLogin(UserLogin(key: key, now: 0)).user.id == nil)
            }
            for (index, key) in keys.enumerated() {
                let profile = StoreSamples.profile("n\(index)")
                let saved =
                    index % 3 == 0
                    ? try await store.saveProfile(profile, of: key)
                    : try await store.recordLogin(UserLogin(key: key, profile: profile, now: 1)).user
                #expect(saved?.id == Int64(index + 1) && saved?.profile == profile)
                #expect(try await store.user(id: Int64(index + 1)) == saved)
            }
            for (index, key) in keys.enumerated() {
                let again = try await store.saveProfile(StoreSamples.profile("m"), of: key)
                #expect(again?.id == Int64(index + 1) && again?.profile?.nickName == "m")
            }
            #expect(try await store.user(id: 7) == nil)
        }
    }

    @Test(arguments: StoreKind.allCases) func `what a login does not bring is kept`(kind: StoreKind) async throws {
        try await kind.with { store, _ in
            let profile = UserProfile(nickName: "名字", avatarURL: nil)
            _ = try await store.recordLogin(UserLogin(key: key, unionID: "u1", profile: profile, now: 0))
            _ = try await store.savePhone(StoreSamples.sealed("phone"), of: key)
            let (user, _) = try await store.recordLogin(UserLogin(key: key, now: 1))
            #expect(user.unionID == "u1" && user.profile == profile && user.id == 1)
            #expect(user.phone == StoreSamples.sealed("phone"))
            let (moved, _) = try await store.recordLogin(UserLogin(key: key, unionID: "u2", now: 2))
            #expect(moved.unionID == "u2" && moved.profile == profile && moved.phone != nil)
            #expect(try await store.user(key) == moved)
            #expect(try await store.users(unionID: "u1").isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases) func `users of several apps with one unionid are found together`(
        kind: StoreKind
    ) async throws {
        try await kind.with { store, _ in
            for app in ["wx3", "wx1", "wx2"] {
                _ = try await store.recordLogin(
                    UserLogin(key: StoreSamples.user("o-\(app)", app: app), unionID: "shared", now: 0)
                )
            }
            _ = try await store.recordLogin(UserLogin(key: key, unionID: "other", now: 0))
            _ = try await store.recordLogin(UserLogin(key: StoreSamples.user("oNone"), now: 0))
            let found = try await store.users(unionID: "shared").map(\.key.appID)
            #expect(found == ["wx1", "wx2", "wx3"])
            #expect(try await store.users(unionID: "nobody").isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases) func `nothing is saved of who never logged in`(kind: StoreKind) async throws {
        try await kind.with { store, _ in
            #expect(try await store.saveProfile(StoreSamples.profile("n"), of: key) == nil)
            #expect(try await store.savePhone(StoreSamples.sealed("p"), of: key) == nil)
            #expect(try await store.sessionKeys(of: key, now: 0).isEmpty)
            #expect(try await store.erase(key) == false)
            #expect(try await store.user(key) == nil)
            _ = try await store.recordLogin(UserLogin(key: key, profile: StoreSamples.profile("n"), now: 0))
            #expect(try await store.user(id: 1)?.key == key)
        }
    }

    @Test(arguments: StoreKind.allCases) func `the newest session_key and two older ones are kept for three days`(
        kind: StoreKind
    ) async throws {
        try await kind.with { store, _ in
            for (time, name) in ["a", "b", "c", "c", "d"].enumerated() {
                let login = UserLogin(key: key, sessionKey: StoreSamples.key(name), now: Int64(time) * 1_000)
                _ = try await store.recordLogin(login)
            }
            _ = try await store.recordLogin(UserLogin(key: key, now: 5_000))
            let day: Int64 = 86_400_000
            #expect(try await store.sessionKeys(of: key, now: 5_000) == ["d", "c", "b"].map(StoreSamples.sealed))
            let later = try await store.sessionKeys(of: key, now: 2_000 + 3 * day)
            #expect(later == ["d", "c"].map(StoreSamples.sealed))
            #expect(try await store.sessionKeys(of: key, now: 4_000 + 3 * day) == [StoreSamples.sealed("d")])
        }
    }

    @Test(arguments: StoreKind.allCases) func `of an erased user nothing is left, and his id never comes back`(
        kind: StoreKind
    ) async throws {
        try await kind.with { store, _ in
            let login = UserLogin(
                key: key,
                unionID: "u",
                profile: StoreSamples.profile("n"),
                sessionKey: StoreSamples.key("k"),
                now: 0
            )
            _ = try await store.recordLogin(login)
            #expect(try await store.erase(key) == true)
            #expect(try await store.user(key) == nil)
            #expect(try await store.user(id: 1) == nil)
            #expect(try await store.users(unionID: "u").isEmpty)
            #expect(try await store.sessionKeys(of: key, now: 0).isEmpty)
            #expect(try await store.erase(key) == false)
            let again = try await store.recordLogin(login)
            #expect(again.isNew && again.user.id == 2)
        }
    }

    @Test(arguments: StoreKind.allCases) func `first logins at once make one user, one of them new, and one id`(
        kind: StoreKind
    ) async throws {
        try await kind.with { store, _ in
            let key = key
            let logins = try await onManyLoops(count: 50) { _ in
                try? await store.recordLogin(UserLogin(key: key, profile: StoreSamples.profile("n"), now: 0))
            }
            #expect(logins.count { $0?.isNew == true } == 1)
            #expect(logins.allSatisfy { $0?.user.id == 1 })
        }
    }

    @Test(arguments: StoreKind.allCases) func `profiles saved at once have ids of their own`(
        kind: StoreKind
    ) async throws {
        try await kind.with { store, _ in
            let ids = try await onManyLoops(count: 100) { number -> Int64? in
                let key = StoreSamples.user("o\(number)", app: "wx\(number % 3)")
                _ = try? await store.recordLogin(UserLogin(key: key, now: 0))
                return try? await store.saveProfile(StoreSamples.profile("n"), of: key)?.id
            }
            #expect(Set(ids) == Set((1...100).map { Int64($0) }))
        }
    }
}
