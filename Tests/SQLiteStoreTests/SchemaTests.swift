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
        #expect(try database.integer("PRAGMA user_version", action: "test") == 3)
        #expect(try database.integer("SELECT count(*) FROM users WHERE note = 'migrated'", action: "test") == 1)
    }

    @Test func `a file of version 1 is brought to version 2 with its users and sessions`() async throws {
        let directory = try StoreDirectory()
        var store = try directory.open()
        let login = UserLogin(key: StoreSamples.user(), profile: StoreSamples.profile("n"), now: 3)
        let user = try await store.users.recordLogin(login).user
        try await store.sessions.open("s", of: StoreSamples.user())
        store.close()
        try directory.connect().execute("DROP TABLE access_tokens; PRAGMA user_version = 1", action: "test")
        // What is left is what version 1 made.
        let old = try StoreDirectory()
        try DatabaseFile.prepare(path: old.databasePath, schema: .current)
        try Schema(migrations: Array(Schema.current.migrations.prefix(1)))
            .apply(to: try old.connect(), path: old.databasePath)
        #expect(try Self.tables(of: directory) == Self.tables(of: old))

        store = try directory.open()
        defer { store.close() }
        #expect(try await store.users.user(StoreSamples.user()) == user)
        #expect(try await store.sessions.isLive(StoreSamples.user(), "s"))
        #expect(try await store.accessTokens.load(StoreSamples.appID) == nil)
        try await store.accessTokens.save(StoreSamples.sealed("token"), of: StoreSamples.appID)
        #expect(try await store.accessTokens.load(StoreSamples.appID) == StoreSamples.sealed("token"))
        #expect(try directory.connect().integer("PRAGMA user_version", action: "test") == 2)
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
        #expect(try database.integer("PRAGMA user_version", action: "test") == 3)
        #expect(try database.integer("SELECT count(*) FROM users", action: "test") == 0)
    }

    @Test func `a file of a newer version is refused and stays as it is`() throws {
        let directory = try StoreDirectory()
        try directory.open(schema: Self.next).close()
        let before = try directory.contents()
        #expect(throws: EmbeddedStoreError.newerSchema(3, known: 2)) { try directory.open() }
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
