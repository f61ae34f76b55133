internal import Gateway
internal import Logging
internal import WeChat

/// The table of users, and that of their numeric ids. On the store's thread, inside a transaction.
final class UserTable {
    /// A user as his row has him.
    private struct Record {
        let row: Int64
        var user: User
        /// By ``SessionKeysCodec``; empty when nothing stands there.
        let sessionKeys: [UInt8]
    }

    /// What a login makes of a user, before it is written.
    struct RecordedLogin {
        /// The user as he then is.
        let user: User
        /// Whether he is a user only from now on.
        let isNew: Bool
        fileprivate let sessionKeys: [UInt8]
        /// By what ``UserRows`` looks for him.
        fileprivate let hash: UInt32
        /// The row that he has; nil: none.
        fileprivate let row: Int64?
        /// Whether nothing changes but what every login changes.
        fileprivate let isLoginOnly: Bool
    }

    private let database: Database
    private let rows: UserRows
    private let limits: StoreLimits
    private let logger: Logger
    private let find: Statement
    private let findByID: Statement
    private let findByUnionID: Statement
    private let insert: Statement
    private let updateLogin: Statement
    private let updateSessions: Statement
    private let updateAll: Statement
    private let updateKeys: Statement
    private let delete: Statement
    private let clear: Statement
    private let insertID: Statement
    private let deleteID: Statement
    private let deleteIDs: Statement
    private let walk: Statement

    /// The last row at which a sweep has looked.
    private var sweptRow: Int64 = 0

    private static let columns = """
        row, appid, openid, created_at, last_login_at, session_keys, unionid, id, nickname, avatar, phone
        """

    init(_ database: Database, rows: UserRows, limits: StoreLimits, logger: Logger) throws(SQLiteError) {
        self.database = database
        self.rows = rows
        self.limits = limits
        self.logger = logger
        find = try database.prepare(
            "SELECT \(Self.columns) FROM users WHERE row = ?",
            action: "looking for a user"
        )
        findByID = try database.prepare(
            "SELECT appid, openid FROM user_ids WHERE id = ?",
            action: "looking for a user's number"
        )
        findByUnionID = try database.prepare(
            "SELECT \(Self.columns) FROM users WHERE unionid = ? AND created_at IS NOT NULL ORDER BY appid, openid",
            action: "looking for users of a unionid"
        )
        insert = try database.prepare(
            """
            INSERT INTO users
            (appid, openid, created_at, last_login_at, session_keys, sessions, unionid, id, nickname, avatar)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            action: "adding a user"
        )
        // Most logins change nothing else, and naming unionid would touch its index too.
        updateLogin = try database.prepare(
            "UPDATE users SET last_login_at = ?, session_keys = ?, sessions = ? WHERE row = ?",
            action: "writing a login"
        )
        updateSessions = try database.prepare(
            "UPDATE users SET sessions = ? WHERE row = ?",
            action: "writing a login's session"
        )
        updateAll = try database.prepare(
            """
            UPDATE users SET created_at = ?, last_login_at = ?, session_keys = ?, unionid = ?, id = ?, nickname = ?,
            avatar = ?, phone = ? WHERE row = ?
            """,
            action: "writing a user"
        )
        updateKeys = try database.prepare(
            "UPDATE users SET session_keys = ? WHERE row = ?",
            action: "dropping old keys"
        )
        delete = try database.prepare("DELETE FROM users WHERE row = ?", action: "erasing a user")
        clear = try database.prepare(
            """
            UPDATE users SET created_at = NULL, last_login_at = NULL, session_keys = NULL, unionid = NULL, id = NULL,
            nickname = NULL, avatar = NULL, phone = NULL WHERE row = ?
            """,
            action: "erasing a user"
        )
        insertID = try database.prepare(
            "INSERT INTO user_ids (appid, openid) VALUES (?, ?)",
            action: "numbering a user"
        )
        deleteID = try database.prepare("DELETE FROM user_ids WHERE id = ?", action: "erasing a user's number")
        deleteIDs = try database.prepare(
            "DELETE FROM user_ids WHERE openid = ? AND appid = ?",
            action: "erasing a user's numbers"
        )
        walk = try database.prepare(
            "SELECT row, session_keys FROM users WHERE row > ? ORDER BY row LIMIT ?",
            action: "looking for old keys"
        )
    }

    // MARK: - Steps

    func recordLogin(_ login: UserLogin) throws(SQLiteError) -> (user: User, isNew: Bool) {
        let recorded = try prepare(login)
        _ = try write(recorded, sessions: nil)
        return (recorded.user, recorded.isNew)
    }

    /// What a login comes to. It is to be written in the same transaction, by ``write(_:sessions:)``.
    func prepare(_ login: UserLogin) throws(SQLiteError) -> RecordedLogin {
        var user = User(key: login.key, createdAt: login.now, lastLoginAt: login.now)
        var sessionKeys: [UInt8]?
        let hash = rows.hash(of: login.key)
        let row = try place(of: login.key, hash) { row in
            user = self.user(in: row, of: login.key)
            sessionKeys = row.withBytes(5) { self.sessionKeys($0, after: login) }
        }
        let isNew = sessionKeys == nil
        let isLoginOnly =
            !isNew && login.unionID.map { $0 == user.unionID } ?? true
            && login.profile.map { $0 == user.profile } ?? true
        user.lastLoginAt = login.now
        if let unionID = login.unionID { user.unionID = unionID }
        if let profile = login.profile { try set(profile, of: &user) }
        return RecordedLogin(
            user: user,
            isNew: isNew,
            sessionKeys: sessionKeys ?? self.sessionKeys(Span(), after: login),
            hash: hash,
            row: row,
            isLoginOnly: isLoginOnly
        )
    }

    /// Writes a login.
    ///
    /// - Parameter sessions: what the row then says of the sessions; nil leaves that.
    /// - Returns: the row.
    func write(_ login: RecordedLogin, sessions: [UInt8]?) throws(SQLiteError) -> Int64 {
        guard let row = login.row else { return try add(login, sessions: sessions) }
        guard login.isLoginOnly, let sessions else {
            try save(Record(row: row, user: login.user, sessionKeys: login.sessionKeys))
            if let sessions { try updateSessions.run(.blob(sessions), .integer(row)) }
            return row
        }
        try updateLogin.run(
            .integer(login.user.lastLoginAt),
            .blob(login.sessionKeys),
            .blob(sessions),
            .integer(row)
        )
        return row
    }

    func user(_ key: User.Key) throws(SQLiteError) -> User? {
        try record(of: key)?.user
    }

    func user(id: Int64) throws(SQLiteError) -> User? {
        let key = try findByID.first(.integer(id)) { User.Key(appID: $0.text(0), openID: $0.text(1)) }
        guard let key, let user = try user(key), user.id == id else { return nil }
        return user
    }

    func users(unionID: String) throws(SQLiteError) -> [User] {
        var users: [User] = []
        try findByUnionID.forEach(.text(unionID)) { row throws(SQLiteError) in
            let key = User.Key(appID: row.text(1), openID: row.text(2))
            let number = row.integer(0)
            // Not one of those that no user is found by.
            guard try rows.row(of: key) == number else { return }
            users.append(user(in: row, of: key))
        }
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
        guard let row = try record(of: key)?.sessionKeys, !row.isEmpty else { return [] }
        if let history = SessionKeysCodec.decode(row) { return history.usable(now: now) }
        logUnreadableKeys()
        return []
    }

    func erase(_ key: User.Key) throws(SQLiteError) -> Bool {
        let shadowed = rows.takeShadowed(of: key)
        for row in shadowed { try delete.run(.integer(row)) }
        if !shadowed.isEmpty { try deleteIDs.run(.text(key.openID), .text(key.appID)) }
        guard let record = try record(of: key) else { return false }
        // His sessions, if there are any, are ended by themselves.
        try clear.run(.integer(record.row))
        try rows.deleteIfEmpty(record.row)
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
        var found: Record?
        _ = try place(of: key, rows.hash(of: key)) { found = record(in: $0, of: key) }
        return found
    }

    /// The user's row.
    ///
    /// - Parameters:
    ///   - hash: by what ``UserRows`` looks for him.
    ///   - read: gets the row; not when only sessions stand in it.
    private func place(
        of key: User.Key,
        _ hash: UInt32,
        _ read: (borrowing Row) -> Void
    ) throws(SQLiteError) -> Int64? {
        try rows.first(under: hash) { row throws(SQLiteError) in
            try find.first(.integer(row)) { row in
                guard row.isText(2, key.openID), row.isText(1, key.appID) else { return false }
                if !row.isNull(3) { read(row) }
                return true
            } ?? false
        }
    }

    private func record(in row: borrowing Row, of key: User.Key) -> Record {
        Record(row: row.integer(0), user: user(in: row, of: key), sessionKeys: row.blob(5))
    }

    private func user(in row: borrowing Row, of key: User.Key) -> User {
        User(
            key: key,
            unionID: row.optionalText(6),
            id: row.optionalInteger(7),
            profile: row.optionalText(8).map { UserProfile(nickName: $0, avatarURL: row.optionalText(9)) },
            phone: row.optionalBlob(10).map { SealedRecord(bytes: $0) },
            createdAt: row.integer(3),
            lastLoginAt: row.integer(4)
        )
    }

    private func sessionKeys(_ row: Span<UInt8>, after login: UserLogin) -> [UInt8] {
        let (bytes, wasMalformed) = SessionKeysCodec.row(row, after: login.sessionKey, now: login.now)
        if wasMalformed { logUnreadableKeys() }
        return bytes
    }

    /// The next login brings a key; until then his data cannot be decrypted, which clients know what to do about.
    private func logUnreadableKeys() {
        logger.error("session_keys of a user cannot be read")
    }

    private func set(_ profile: UserProfile, of user: inout User) throws(SQLiteError) {
        user.profile = profile
        if user.id != nil { return }
        try insertID.run(.text(user.key.appID), .text(user.key.openID))
        user.id = database.lastInsertedRow
    }

    /// Adds the row of somebody who has none.
    private func add(_ login: RecordedLogin, sessions: [UInt8]?) throws(SQLiteError) -> Int64 {
        let user = login.user
        try insert.run(
            .text(user.key.appID),
            .text(user.key.openID),
            .integer(user.createdAt),
            .integer(user.lastLoginAt),
            .blob(login.sessionKeys),
            .blob(sessions),
            .text(user.unionID),
            .integer(user.id),
            .text(user.profile?.nickName),
            .text(user.profile?.avatarURL)
        )
        let row = database.lastInsertedRow
        try rows.add(row, under: login.hash)
        return row
    }

    private func save(_ record: Record) throws(SQLiteError) {
        try updateAll.run(
            .integer(record.user.createdAt),
            .integer(record.user.lastLoginAt),
            .blob(record.sessionKeys),
            .text(record.user.unionID),
            .integer(record.user.id),
            .text(record.user.profile?.nickName),
            .text(record.user.profile?.avatarURL),
            .blob(record.user.phone?.bytes),
            .integer(record.row)
        )
    }
}
