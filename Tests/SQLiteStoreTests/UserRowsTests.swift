import Foundation
import Gateway
import Testing

@testable import SQLiteStore

/// What keeps users apart, now that no index of the file does.
@Suite struct UserRowsTests {
    @Test func `after a start every user is found in his row`() async throws {
        let directory = try StoreDirectory()
        var store = try directory.open()
        for number in 0..<3_000 {
            let key = StoreSamples.user("o\(number / 2)", app: "wx\(number % 2)")
            _ = try await store.users.recordLogin(UserLogin(key: key, now: Int64(number)))
        }
        store.close()
        store = try directory.open()
        defer { store.close() }
        for number in 0..<3_000 {
            let key = StoreSamples.user("o\(number / 2)", app: "wx\(number % 2)")
            let (user, isNew) = try await store.users.recordLogin(UserLogin(key: key, now: 5_000))
            #expect(!isNew && user.createdAt == Int64(number))
        }
        #expect(try directory.connect().integer("SELECT count(*) FROM users", action: "test") == 3_000)
    }

    @Test func `what a rollback takes back is new once more`() async throws {
        let directory = try StoreDirectory()
        let store = try directory.open()
        defer { store.close() }
        let key = StoreSamples.user()
        await #expect(throws: StoreError.unavailable) {
            try await store.client.ask(.write) { tables throws(SQLiteError) in
                _ = try tables.users.recordLogin(UserLogin(key: key, now: 1))
                throw SQLiteError(1, while: "test")
            }
        }
        #expect(try await store.users.recordLogin(UserLogin(key: key, now: 2)).isNew)
        await #expect(throws: StoreError.unavailable) {
            try await store.client.ask(.write) { tables throws(SQLiteError) in
                _ = try tables.users.erase(key)
                throw SQLiteError(1, while: "test")
            }
        }
        #expect(try await store.users.recordLogin(UserLogin(key: key, now: 3)).user.createdAt == 2)
    }

    @Test func `user and sessions leave their row each by itself, the last one with it`() async throws {
        let directory = try StoreDirectory()
        let store = try directory.open()
        defer { store.close() }
        let key = StoreSamples.user()
        func rows() throws -> Int64 { try directory.connect().integer("SELECT count(*) FROM users", action: "test") }
        for isUserFirst in [true, false] {
            _ = try await store.logins.logIn(UserLogin(key: key, now: 1), "s")
            #expect(try rows() == 1)
            if isUserFirst {
                #expect(try await store.users.erase(key))
                #expect(try await store.users.user(key) == nil)
                #expect(try await store.sessions.isLive(key, "s"))
                // A user again, in the same row.
                #expect(try await store.users.recordLogin(UserLogin(key: key, now: 2)).isNew)
                #expect(try rows() == 1)
            }
            try await store.sessions.erase(key)
            #expect(try await store.users.user(key) != nil)
            #expect(try rows() == 1)
            #expect(try await store.users.erase(key))
            #expect(try rows() == 0)
        }
    }

    @Test func `of two rows of one user the later one counts, and both are erased`() async throws {
        let directory = try StoreDirectory()
        var store = try directory.open()
        let key = StoreSamples.user("oTwice")
        let login = UserLogin(key: key, unionID: "u", profile: StoreSamples.profile("n"), now: 1)
        _ = try await store.logins.logIn(login, "early")
        store.close()
        try directory.connect()
            .execute(
                """
                INSERT INTO users (appid, openid, created_at, last_login_at, unionid)
                VALUES ('\(StoreSamples.appID)', 'oTwice', 5, 6, 'u')
                """,
                action: "test"
            )
        let log = LogLines()
        store = try directory.open(logger: log.logger())
        defer { store.close() }
        #expect(log.lines == ["error users have two rows, of which the later one counts users=1"])
        #expect(try await store.users.user(key)?.createdAt == 5)
        #expect(try await store.users.users(unionID: "u").map(\.createdAt) == [5])
        #expect(try await !store.sessions.isLive(key, "early"))
        try await store.sessions.open("late", of: key)
        #expect(try directory.connect().integer("SELECT count(*) FROM users", action: "test") == 2)
        #expect(try await store.users.erase(key))
        try await store.sessions.erase(key)
        #expect(try directory.files(with: "oTwice") == [])
    }

    @Test func `users on a damaged page begin anew, those beside it are found`() async throws {
        let directory = try StoreDirectory()
        var store = try directory.open()
        for number in 0..<1_000 {
            let key = StoreSamples.user("o\(1_000 + number)")
            _ = try await store.users.recordLogin(UserLogin(key: key, sessionKey: StoreSamples.key("k"), now: 1))
        }
        store.close()
        #expect(try directory.damagePage(with: StoreSamples.appID + "o1300"))
        let log = LogLines()
        store = try directory.open(logger: log.logger())
        defer { store.close() }
        #expect(log.lines.contains { $0.contains("damaged pages") })
        #expect(try await store.users.recordLogin(UserLogin(key: StoreSamples.user("o1300"), now: 2)).isNew)
        var lost = 0
        for number in 0..<1_000 where try await store.users.user(StoreSamples.user("o\(1_000 + number)")) == nil {
            lost += 1
        }
        #expect((1...100).contains(lost))
    }
}
