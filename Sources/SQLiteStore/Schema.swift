/// The tables, as the steps that make them: one a version, in order, never changed once released.
struct Schema: Sendable {
    /// One step from a version to the next.
    struct Migration: Sendable {
        /// SQL text, run in one transaction with the new version's number.
        let sql: String
    }

    /// "wxgt": tells our files from others (`PRAGMA application_id`).
    static let applicationID: Int32 = 0x7778_6774

    /// The steps; the first makes version 1.
    let migrations: [Migration]

    /// The version that this code reads and writes.
    var version: Int64 { Int64(migrations.count) }

    /// What this version of wxgate uses.
    static let current = Schema(migrations: [
        Migration(sql: version1), Migration(sql: version2), Migration(sql: version3),
    ])

    // Sessions are found through memory, so their table has no index and new rows go to its end: few pages change in a
    // commit, and that is what a commit costs. Numeric ids have a table of their own, whose AUTOINCREMENT outlives every
    // row.
    private static let version1 = """
        CREATE TABLE sessions (
            row INTEGER PRIMARY KEY,
            appid TEXT NOT NULL,
            openid TEXT NOT NULL,
            state BLOB NOT NULL
        ) STRICT;
        CREATE TABLE users (
            row INTEGER PRIMARY KEY,
            appid TEXT NOT NULL,
            openid TEXT NOT NULL,
            unionid TEXT,
            id INTEGER,
            nickname TEXT,
            avatar TEXT,
            phone BLOB,
            session_keys BLOB,
            created_at INTEGER NOT NULL,
            last_login_at INTEGER NOT NULL,
            UNIQUE (openid, appid)
        ) STRICT;
        CREATE INDEX users_by_unionid ON users (unionid) WHERE unionid IS NOT NULL;
        CREATE TABLE user_ids (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            appid TEXT NOT NULL,
            openid TEXT NOT NULL
        ) STRICT;
        CREATE TABLE probe (bytes BLOB NOT NULL) STRICT;
        """

    // A few rows, one an app, read once at a start.
    private static let version2 = """
        CREATE TABLE access_tokens (
            appid TEXT PRIMARY KEY,
            record BLOB NOT NULL
        ) STRICT;
        """

    // A login changes one page, not three: users and their sessions have one row together, which is found through memory
    // (`UserRows`), so no index keeps openids and new users go to the table's end. What every login changes stands before
    // what may be long. Rows without created_at have sessions only.
    //
    // CPU a login, 100,000 users, 8 to 64 logins a transaction, SQLite alone: who returns 17-20 µs before, 10 now (16 with
    // a table of sessions beside that of users); who is new 12-19 µs before, 2-4 now.
    private static let version3 = """
        ALTER TABLE users RENAME TO users_before;
        DROP INDEX users_by_unionid;
        CREATE INDEX sessions_before ON sessions (openid, appid);
        CREATE TABLE users (
            row INTEGER PRIMARY KEY,
            appid TEXT NOT NULL,
            openid TEXT NOT NULL,
            created_at INTEGER,
            last_login_at INTEGER,
            session_keys BLOB,
            sessions BLOB,
            unionid TEXT,
            id INTEGER,
            nickname TEXT,
            avatar TEXT,
            phone BLOB
        ) STRICT;
        INSERT INTO users
        SELECT row, appid, openid, created_at, last_login_at, session_keys,
            (
                SELECT state FROM sessions
                WHERE sessions.openid = users_before.openid AND sessions.appid = users_before.appid
                ORDER BY sessions.row DESC LIMIT 1
            ),
            unionid, id, nickname, avatar, phone
        FROM users_before ORDER BY row;
        INSERT INTO users (appid, openid, sessions)
        SELECT appid, openid, state FROM sessions
        WHERE NOT EXISTS (
            SELECT 1 FROM users_before
            WHERE users_before.openid = sessions.openid AND users_before.appid = sessions.appid
        ) AND NOT EXISTS (
            SELECT 1 FROM sessions AS later
            WHERE later.openid = sessions.openid AND later.appid = sessions.appid AND later.row > sessions.row
        );
        DROP TABLE users_before;
        DROP TABLE sessions;
        CREATE INDEX users_by_unionid ON users (unionid) WHERE unionid IS NOT NULL;
        """

    /// Brings a database to this version, one transaction a step.
    ///
    /// - Throws: ``EmbeddedStoreError`` when the file is not ours or of a later version.
    func apply(to database: Database, path: String) throws(EmbeddedStoreError) {
        var found = try EmbeddedStoreError.refusing(path) { () throws(SQLiteError) in try Found(in: database) }
        guard found.isOurs else { throw .foreignFile(path: path) }
        guard found.version <= version else { throw .newerSchema(found.version, known: version) }
        for migration in migrations.dropFirst(Int(found.version)) {
            found.version += 1
            try EmbeddedStoreError.refusing(path) { () throws(SQLiteError) in
                try Self.apply(migration, making: found.version, to: database)
            }
        }
    }

    /// What a database says of itself.
    private struct Found {
        var version: Int64
        let isOurs: Bool

        init(in database: Database) throws(SQLiteError) {
            version = try database.integer("PRAGMA user_version", action: "reading the schema's version")
            let application = try database.integer("PRAGMA application_id", action: "reading whose file it is")
            let tables = try database.integer("SELECT count(*) FROM sqlite_schema", action: "looking for tables")
            let isEmpty = application == 0 && version == 0 && tables == 0
            isOurs = isEmpty || application == Schema.applicationID
        }
    }

    private static func apply(
        _ migration: Migration,
        making version: Int64,
        to database: Database
    ) throws(SQLiteError) {
        let action = "making schema version \(version)"
        do throws(SQLiteError) {
            try database.execute(
                """
                BEGIN IMMEDIATE;
                \(migration.sql);
                PRAGMA application_id = \(applicationID);
                PRAGMA user_version = \(version);
                COMMIT;
                """,
                action: action
            )
        } catch {
            if database.isInTransaction { try database.execute("ROLLBACK", action: action) }
            throw error
        }
    }
}
