internal import Gateway
internal import Logging
internal import WeChat

/// The table of users, and that of their numeric ids. On the store's thread, inside a transaction.
final class UserTable {
    /// A user as his row has him.
    private struct Record {
        let row: Int64
        var user: User
        var sessionKeys: SessionKeyHistory
    }

    private let database: Database
    private let limits: StoreLimits
    private let logger: Logger
    private let find: Statement
    private let findByID: Statement
    private let findByUnionID: Statement
    private let insert: Statement
    private let updateLogin: Statement
    private let updateAll: Statement
    private let updateKeys: Statement
    private let delete: Statement
    private let insertID: Statement
    private let deleteID: Statement
    private let walk: Statement

    /// The last row at which a sweep has looked.
    private var sweptRow: Int64 = 0

    private static let columns = """
        row, users.appid, users.openid, unionid, users.id, nickname, avatar, phone, created_at, last_login_at, session_keys
        """

    init(_ database: Database, limits: StoreLimits, logger: Logger) throws(SQLiteError) {
        self.database = database
        self.limits = limits
        self.logger = logger
        find = try database.prepare(
            "SELECT \(Self.columns) FROM users WHERE openid = ? AND appid = ?",
            action: "looking for a user"
        )
        findByID = try database.prepare(
            """
            SELECT \(Self.columns) FROM user_ids
            JOIN users ON users.openid = user_ids.openid AND users.appid = user_ids.appid WHERE user_ids.id = ?
            """,
            action: "looking for a user's number"
        )
        findByUnionID = try database.prepare(
            "SELECT \(Self.columns) FROM users WHERE unionid = ? ORDER BY appid, openid",
            action: "looking for users of a unionid"
        )
        insert = try database.prepare(
            """
            INSERT INTO users
            (appid, openid, unionid, id, nickname, avatar, phone, session_keys, created_at, last_login_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            action: "adding a user"
        )
        // Most logins change nothing else, and naming unionid would touch its index too.
        updateLogin = try database.prepare(
            "UPDATE users SET session_keys = ?, last_login_at = ? WHERE row = ?",
            action: "writing a login"
        )
        updateAll = try database.prepare(
            """
            UPDATE users SET unionid = ?, id = ?, nickname = ?, avatar = ?, phone = ?, session_keys = ?,
            last_login_at = ? WHERE row = ?
            """,
            action: "writing a user"
        )
        updateKeys = try database.prepare(
            "UPDATE users SET session_keys = ? WHERE row = ?",
            action: "dropping old keys"
        )
        delete = try database.prepare("DELETE FROM users WHERE row = ?", action: "erasing a user")
        insertID = try database.prepare(
            "INSERT INTO user_ids (appid, openid) VALUES (?, ?)",
            action: "numbering a user"
        )
        deleteID = try database.prepare("DELETE FROM user_ids WHERE id = ?", action: "erasing a user's number")
        walk = try database.prepare(
            "SELECT row, session_keys FROM users WHERE row > ? ORDER BY row LIMIT ?",
            action: "looking for old keys"
        )
    }

    // MARK: - Steps

    func recordLogin(_ login: UserLogin) throws(SQLiteError) -> (user: User, isNew: Bool) {
        let found = try record(of: login.key)
        var user = found?.user ?? User(key: login.key, createdAt: login.now, lastLoginAt: login.now)
        var sessionKeys = found?.sessionKeys ?? SessionKeyHistory()
        user.lastLoginAt = login.now
        if let unionID = login.unionID { user.unionID = unionID }
        if let sessionKey = login.sessionKey { sessionKeys.record(sessionKey, now: login.now) }
        if let profile = login.profile { try set(profile, of: &user) }
        guard let found else {
            try add(user, sessionKeys)
            return (user, true)
        }
        let isLoginAll =
            user.unionID == found.user.unionID && user.profile == found.user.profile && user.id == found.user.id
        if isLoginAll {
            try updateLogin.run(
                .blob(SessionKeysCodec.encode(sessionKeys)),
                .integer(user.lastLoginAt),
                .integer(found.row)
            )
        } else {
            try save(Record(row: found.row, user: user, sessionKeys: sessionKeys))
        }
        return (user, false)
    }

    func user(_ key: User.Key) throws(SQLiteError) -> User? {
        try record(of: key)?.user
    }

    func user(id: Int64) throws(SQLiteError) -> User? {
        try findByID.first(.integer(id)) { read($0) }?.user
    }

    func users(unionID: String) throws(SQLiteError) -> [User] {
        var users: [User] = []
        try findByUnionID.forEach(.text(unionID)) { row throws(SQLiteError) in users.append(read(row).user) }
        return users
    }

    func saveProfile(_ profile: UserProfile, of key: User.Key) throws(SQLiteError) -> User? {
        guard var record = try record(of: key) else { return nil }
        try set(profile, of: &record.user)
        try save(record)
        return record.user
    }

    func savePhone(_ phone: SealedRecord, of key: User.Key) throws(SQLiteError) -> User? {
        guard var record = try record(of: key) else { return nil }
        record.user.phone = phone
        try save(record)
        return record.user
    }

    func sessionKeys(of key: User.Key, now: Int64) throws(SQLiteError) -> [SealedRecord] {
        try record(of: key)?.sessionKeys.usable(now: now) ?? []
    }

    func erase(_ key: User.Key) throws(SQLiteError) -> Bool {
        guard let record = try record(of: key) else { return false }
        try delete.run(.integer(record.row))
        if let id = record.user.id { try deleteID.run(.integer(id)) }
        return true
    }

    /// Drops session_keys that are of no use any more, of the next few users in turn.
    func sweep(now: Int64) throws(SQLiteError) {
        var seen = 0
        var stale: [(row: Int64, keys: SessionKeyHistory)] = []
        let from = sweptRow
        do throws(SQLiteError) {
            try walk.forEach(.integer(from), .integer(Int64(limits.sweptUsersMax))) { row throws(SQLiteError) in
                seen += 1
                sweptRow = row.integer(0)
                guard var keys = SessionKeysCodec.decode(row.blob(1)), keys.expire(now: now) else { return }
                stale.append((sweptRow, keys))
            }
        } catch {
            guard error.isOfDamage else { throw error }
            // Past it, or every sweep would come upon it again, and the store would never be well.
            sweptRow = from + Int64(limits.sweptUsersMax)
            logger.error("old keys of some users cannot be dropped", metadata: ["error": "\(error)"])
            return
        }
        for (row, keys) in stale { try updateKeys.run(.blob(SessionKeysCodec.encode(keys)), .integer(row)) }
        if seen < limits.sweptUsersMax { sweptRow = 0 }
    }

    // MARK: - Rows

    private func record(of key: User.Key) throws(SQLiteError) -> Record? {
        try find.first(.text(key.openID), .text(key.appID)) { read($0) }
    }

    private func read(_ row: borrowing Row) -> Record {
        let key = User.Key(appID: row.text(1), openID: row.text(2))
        let profile = row.optionalText(5).map { UserProfile(nickName: $0, avatarURL: row.optionalText(6)) }
        let user = User(
            key: key,
            unionID: row.optionalText(3),
            id: row.optionalInteger(4),
            profile: profile,
            phone: row.optionalBlob(7).map { SealedRecord(bytes: $0) },
            createdAt: row.integer(8),
            lastLoginAt: row.integer(9)
        )
        return Record(row: row.integer(0), user: user, sessionKeys: sessionKeys(in: row, column: 10))
    }

    private func sessionKeys(in row: borrowing Row, column: Int32) -> SessionKeyHistory {
        guard let bytes = row.optionalBlob(column) else { return SessionKeyHistory() }
        if let history = SessionKeysCodec.decode(bytes) { return history }
        // The next login brings a key; until then his data cannot be decrypted, which clients know what to do about.
        logger.error("session_keys of a user cannot be read")
        return SessionKeyHistory()
    }

    private func set(_ profile: UserProfile, of user: inout User) throws(SQLiteError) {
        user.profile = profile
        if user.id != nil { return }
        try insertID.run(.text(user.key.appID), .text(user.key.openID))
        user.id = database.lastInsertedRow
    }

    private func add(_ user: User, _ sessionKeys: SessionKeyHistory) throws(SQLiteError) {
        try insert.run(
            .text(user.key.appID),
            .text(user.key.openID),
            .text(user.unionID),
            .integer(user.id),
            .text(user.profile?.nickName),
            .text(user.profile?.avatarURL),
            .blob(user.phone?.bytes),
            .blob(SessionKeysCodec.encode(sessionKeys)),
            .integer(user.createdAt),
            .integer(user.lastLoginAt)
        )
    }

    private func save(_ record: Record) throws(SQLiteError) {
        try updateAll.run(
            .text(record.user.unionID),
            .integer(record.user.id),
            .text(record.user.profile?.nickName),
            .text(record.user.profile?.avatarURL),
            .blob(record.user.phone?.bytes),
            .blob(SessionKeysCodec.encode(record.sessionKeys)),
            .integer(record.user.lastLoginAt),
            .integer(record.row)
        )
    }
}
