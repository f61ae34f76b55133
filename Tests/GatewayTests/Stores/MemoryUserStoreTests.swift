import TestSupport
import Testing
import WeChat

@testable import Gateway

@Suite struct MemoryUserStoreTests {
    private let key = User.Key(appID: "wx1", openID: "o1")

    private func profile(_ name: String) throws -> UserProfile {
        try #require(
            UserProfile.parse(rawData: Array(#"{"nickName":"\#(name)","avatarUrl":"https://a.example/b"}"#.utf8))
        )
    }

    @Test func `a user is new once, ever, in each app`() async throws {
        let store = MemoryUserStore()
        #expect(try await store.user(key) == nil)
        let first = try await store.recordLogin(of: key, unionID: nil, profile: nil, now: 10)
        #expect(first.isNew)
        #expect(first.user.createdAt == 10 && first.user.lastLoginAt == 10)
        let second = try await store.recordLogin(of: key, unionID: nil, profile: nil, now: 20)
        #expect(!second.isNew)
        #expect(second.user.createdAt == 10 && second.user.lastLoginAt == 20)
        let elsewhere = User.Key(appID: "wx2", openID: "o1")
        #expect(try await store.recordLogin(of: elsewhere, unionID: nil, profile: nil, now: 30).isNew)
        #expect(try await store.user(key) == second.user)
    }

    @Test func `an id comes with the first profile, from one sequence over all apps, and stays`() async throws {
        let store = MemoryUserStore()
        let users = (0..<6).map { User.Key(appID: "wx\($0 % 2)", openID: "o\($0)") }
        for user in users {
            let (login, _) = try await store.recordLogin(of: user, unionID: nil, profile: nil, now: 0)
            #expect(login.id == nil && login.profile == nil)
        }
        for (index, user) in users.enumerated() {
            let (saved, _) = try await store.recordLogin(of: user, unionID: nil, profile: profile("n\(index)"), now: 1)
            #expect(saved.id == Int64(index + 1))
        }
        for (index, user) in users.enumerated() {
            let (again, _) = try await store.recordLogin(of: user, unionID: nil, profile: profile("m"), now: 2)
            #expect(again.id == Int64(index + 1))
            #expect(again.profile?.nickName == "m")
        }
    }

    @Test func `what a login does not bring is kept`() async throws {
        let store = MemoryUserStore()
        _ = try await store.recordLogin(of: key, unionID: "u1", profile: profile("name"), now: 0)
        let (user, _) = try await store.recordLogin(of: key, unionID: nil, profile: nil, now: 1)
        #expect(user.unionID == "u1" && user.profile?.nickName == "name" && user.id == 1)
        let (moved, _) = try await store.recordLogin(of: key, unionID: "u2", profile: nil, now: 2)
        #expect(moved.unionID == "u2" && moved.profile?.nickName == "name")
    }

    @Test func `parallel first logins make one user and one id`() async throws {
        let store = MemoryUserStore()
        let profile = try profile("name")
        let news = await withTaskGroup(of: (Bool, Int64?).self) { group in
            for _ in 0..<50 {
                group.addTask { [key] in
                    let login = try? await store.recordLogin(of: key, unionID: nil, profile: profile, now: 0)
                    return (login?.isNew ?? false, login?.user.id)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(news.count { $0.0 } == 1)
        #expect(news.allSatisfy { $0.1 == 1 })
    }
}
