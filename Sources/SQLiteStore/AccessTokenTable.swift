internal import Gateway

/// The table of access_tokens, one sealed record an app. On the store's thread, inside a transaction.
final class AccessTokenTable {
    private let find: Statement
    private let save: Statement

    init(_ database: Database) throws(SQLiteError) {
        find = try database.prepare(
            "SELECT record FROM access_tokens WHERE appid = ?",
            action: "looking for an access_token"
        )
        save = try database.prepare(
            """
            INSERT INTO access_tokens (appid, record) VALUES (?, ?)
            ON CONFLICT (appid) DO UPDATE SET record = excluded.record
            """,
            action: "writing an access_token"
        )
    }

    func load(_ appID: String) throws(SQLiteError) -> SealedRecord? {
        try find.first(.text(appID)) { SealedRecord(bytes: $0.blob(0)) }
    }

    func save(_ record: SealedRecord, of appID: String) throws(SQLiteError) {
        try save.run(.text(appID), .blob(record.bytes))
    }
}
