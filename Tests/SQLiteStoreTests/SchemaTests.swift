import Foundation
import Gateway
import Testing

@testable import SQLiteStore

@Suite struct SchemaTests {
    private static let next = Schema(
        migrations: Schema.current.migrations + [
            Schema.Migration(sql: "ALTER TABLE users ADD COLUMN note TEXT; UPDATE users SET note = 'migrated'")
        ]
    )

    @Test func `a file of an older version is brought forward with all that it has`() async throws {
        let directory = try StoreDirectory()
        var store = try directory.open()
        _ = try await store.users.recordLogin(UserLogin(key: StoreSamples.user(), now: 3))
        try await store.sessions.open("s", of: StoreSamples.user())
        store.close()
        store = try directory.open(schema: Self.next)
        #expect(try await store.users.user(StoreSamples.user())?.createdAt == 3)
        #expect(try await store.sessions.isLive(StoreSamples.user(), "s"))
        store.close()
        let database = try directory.connect()
        #expect(try database.integer("PRAGMA user_version", action: "test") == Self.next.version)
        #expect(try database.integer("SELECT count(*) FROM users WHERE note = 'migrated'", action: "test") == 1)
    }

    /// Statements as version 1 and 2 wrote them.
    private static let content = """
        INSERT INTO users (row, appid, openid, unionid, id, nickname, avatar, phone, session_keys, created_at, last_login_at)
        VALUES
        (1, 'wx1', 'oBoth', 'u', 7, 'n', 'https://a.example/n', x'70', x'0100', 3, 4),
        (2, 'wx1', 'oUserOnly', NULL, NULL, NULL, NULL, NULL, NULL, 5, 6),
        (9, 'wx2', 'oBoth', NULL, NULL, NULL, NULL, NULL, NULL, 8, 8);
        INSERT INTO user_ids VALUES (7, 'wx1', 'oBoth');
        """

    @Test(arguments: [1, 2]) func `a file of an earlier version is brought to this one with its users and sessions`(
        version: Int
    ) async throws {
        let directory = try StoreDirectory()
        try DatabaseFile.prepare(path: directory.databasePath, schema: .current)
        do {
            let database = try directory.connect()
            try Schema(migrations: Array(Schema.current.migrations.prefix(version)))
                .apply(to: database, path: directory.databasePath)
            try database.execute(Self.content, action: "test")
            let add = try database.prepare(
                "INSERT INTO sessions (appid, openid, state) VALUES (?, ?, ?)",
                action: "test"
            )
            // The earlier one of two was not readable, or there would be one.
            for (appID, openID, sid) in [
                ("wx1", "oBoth", nil), ("wx1", "oBoth", "both"), ("wx1", "oSessionOnly", "only"),
            ] as [(String, String, String?)] {
                let live = sid.map { [StoreSamples.session($0)] }
                let state = live.map { SessionsCodec.encode(UserSessions(live: $0)) }
                try add.run(.text(appID), .text(openID), .blob(state ?? [0xff]))
            }
        }
        let store = try directory.open()
        defer { store.close() }
        let both = User.Key(appID: "wx1", openID: "oBoth")
        let user = User(
            key: both,
            unionID: "u",
            id: 7,
            profile: StoreSamples.profile("n"),
            phone: StoreSamples.sealed("p"),
            createdAt: 3,
            lastLoginAt: 4
        )
        #expect(try await store.users.user(both) == user)
        #expect(try await store.users.user(id: 7) == user)
        #expect(try await store.users.users(unionID: "u") == [user])
        #expect(try await store.sessions.isLive(both, "both"))
        let userOnly = User.Key(appID: "wx1", openID: "oUserOnly")
        #expect(try await store.users.user(userOnly) == User(key: userOnly, createdAt: 5, lastLoginAt: 6))
        #expect(try await store.users.user(User.Key(appID: "wx2", openID: "oBoth"))?.createdAt == 8)
        let sessionOnly = User.Key(appID: "wx1", openID: "oSessionOnly")
        #expect(try await store.users.user(sessionOnly) == nil)
        #expect(try await store.sessions.isLive(sessionOnly, "only"))
        #expect(store.index.userCount == 2)
        // The next number is one that nobody had.
        #expect(try await store.users.saveProfile(StoreSamples.profile("m"), of: userOnly)?.id == 8)
        try await store.accessTokens.save(StoreSamples.sealed("token"), of: "wx1")
        #expect(try await store.accessTokens.load("wx1") == StoreSamples.sealed("token"))
        let database = try directory.connect()
        #expect(try database.integer("PRAGMA user_version", action: "test") == Schema.current.version)
        // What a migration makes is what a new file has.
        let new = try StoreDirectory()
        try new.open().close()
        #expect(try Self.tables(of: directory) == Self.tables(of: new))
    }

    @Test func `nothing of who is erased behind a migration stays where his rows were before it`() async throws {
        let directory = try StoreDirectory()
        try DatabaseFile.prepare(path: directory.databasePath, schema: .current)
        let count = 180
        do {
            let database = try directory.connect()
            try database.execute("PRAGMA journal_mode = WAL", action: "test")
            try Schema(migrations: Array(Schema.current.migrations.prefix(2)))
                .apply(to: database, path: directory.databasePath)
            let addUser = try database.prepare(
                """
                INSERT INTO users (appid, openid, unionid, avatar, session_keys, created_at, last_login_at)
                VALUES ('wx1', ?, ?, ?, x'0100', 1, 1)
                """,
                action: "test"
            )
            let addSessions = try database.prepare(
                "INSERT INTO sessions (appid, openid, state) VALUES ('wx1', ?, ?)",
                action: "test"
            )
            for number in 0..<count {
                let state = SessionsCodec.encode(UserSessions(live: [StoreSamples.session("s\(number)")]))
                let openID = "oMovedUser\(1_000 + number * 7 % count)"
                if number % 3 != 0 {
                    let avatar = "https://moved.example/" + String(repeating: "x", count: number % 7 * 900)
                    try addUser.run(.text(openID), .text("oMovedUnion\(number)"), .text(avatar))
                }
                // One in ten is of a form that nobody reads.
                if number % 3 != 1 { try addSessions.run(.text(openID), .blob(number % 10 == 0 ? [0xff] : state)) }
            }
        }
        for round in 0..<2 {
            let store = try directory.open()
            defer { store.close() }
            for number in 0..<count where number % 2 == round {
                let user = User.Key(appID: "wx1", openID: "oMovedUser\(1_000 + number)")
                _ = try await store.users.erase(user)
                try await store.sessions.erase(user)
            }
        }
        let files = try directory.contents().values.map { Data($0) }
        for trace in ["oMovedUser", "oMovedUnion", "moved.example"] {
            #expect(!files.contains { $0.range(of: Data(trace.utf8)) != nil }, "\(trace)")
        }
        let database = try directory.connect()
        #expect(try database.integer("SELECT count(*) FROM users", action: "test") == 0)
        let check = try database.prepare("PRAGMA integrity_check", action: "test")
        #expect(try check.first { $0.text(0) } == "ok")
    }

    /// The text of every table and index.
    private static func tables(of directory: StoreDirectory) throws -> [String] {
        let all = try directory.connect().prepare("SELECT coalesce(sql, name) FROM sqlite_schema", action: "test")
        var texts: [String] = []
        try all.forEach { texts.append($0.text(0)) }
        return texts.sorted()
    }

    @Test func `a migration that fails leaves the version before it`() throws {
        let directory = try StoreDirectory()
        try directory.open().close()
        let broken = Schema(
            migrations: Self.next.migrations + [Schema.Migration(sql: "DROP TABLE users; SELECT no_such_column")]
        )
        #expect(throws: EmbeddedStoreError.self) { try directory.open(schema: broken) }
        let database = try directory.connect()
        #expect(try database.integer("PRAGMA user_version", action: "test") == Self.next.version)
        #expect(try database.integer("SELECT count(*) FROM users", action: "test") == 0)
    }

    @Test func `a file of a newer version is refused and stays as it is`() throws {
        let directory = try StoreDirectory()
        try directory.open(schema: Self.next).close()
        let before = try directory.contents()
        #expect(throws: EmbeddedStoreError.newerSchema(Self.next.version, known: Schema.current.version)) {
            try directory.open()
        }
        #expect(try directory.contents() == before)
    }

    @Test(arguments: ["short", String(repeating: "SQLite format 3\u{0} but not ours", count: 200)])
    func `a file that is none of ours is refused and stays as it is`(content: String) throws {
        let directory = try StoreDirectory()
        try Data(content.utf8).write(to: URL(fileURLWithPath: directory.databasePath))
        let before = try directory.contents()
        #expect(throws: EmbeddedStoreError.foreignFile(path: directory.databasePath)) { try directory.open() }
        #expect(try directory.contents() == before)
    }

    @Test func `a database of somebody else is refused and stays as it is`() throws {
        let directory = try StoreDirectory()
        try Data().write(to: URL(fileURLWithPath: directory.databasePath))
        try directory.connect().execute("CREATE TABLE t (a)", action: "test")
        let before = try directory.contents()
        #expect(throws: EmbeddedStoreError.foreignFile(path: directory.databasePath)) { try directory.open() }
        #expect(try directory.contents() == before)
    }

    @Test func `a damaged file is refused, not trusted`() throws {
        let directory = try StoreDirectory()
        try directory.open().close()
        var bytes = try #require(try directory.contents()[EmbeddedStore.fileName])
        for position in 100..<bytes.count { bytes[position] = 0xff }
        try Data(bytes).write(to: URL(fileURLWithPath: directory.databasePath))
        #expect(throws: EmbeddedStoreError.self) { try directory.open() }
    }

    @Test func `a directory that is not there is told`() throws {
        let error = #expect(throws: EmbeddedStoreError.self) {
            try EmbeddedStore(directory: "/nonexistent", limits: StoreLimits(), logger: LogLines().logger())
        }
        #expect(error?.description == "/nonexistent/wxgate.db: No such file or directory")
    }

    @Test func `only the owner reads the files, also when they were open to others before`() async throws {
        let directory = try StoreDirectory()
        for _ in 0..<2 {
            let store = try directory.open()
            try await store.sessions.open("s", of: StoreSamples.user())
            let names = try directory.contents().keys.sorted()
            #expect(names == ["wxgate.db", "wxgate.db-shm", "wxgate.db-wal"])
            for name in names {
                let path = directory.path + "/" + name
                let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
                #expect(mode == 0o600, "\(name)")
            }
            store.close()
            try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: directory.databasePath)
        }
    }
}
