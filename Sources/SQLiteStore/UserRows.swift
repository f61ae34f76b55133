internal import CSQLite
internal import Gateway
internal import Logging

/// Where each user's row is: in memory, and the only thing that keeps users apart, because no index of the file does. On the
/// store's thread, inside a transaction.
///
/// An index of the file would cost every new user a random page (schema version 3 has the figures). It is made anew at each
/// start, and nobody else may write: the data directory is locked.
final class UserRows {
    private enum Change {
        case added(Int64, UInt32)
        case removed(Int64, UInt32)
        case forgotten([Int64], User.Key)
    }

    private let database: Database
    private let sessions: SessionIndex
    private let logger: Logger
    private let isOf: Statement
    private let deleteEmpty: Statement
    private var index = UserRowIndex()
    /// What this transaction has changed, for a rollback.
    private var changes: [Change] = []
    /// Older rows of users who have two, which no version of wxgate makes. They stay until their user is erased.
    private var shadowed: [User.Key: [Int64]] = [:]

    /// - Parameter sessions: names users by the same digests.
    init(_ database: Database, sessions: SessionIndex, logger: Logger) throws(SQLiteError) {
        self.database = database
        self.sessions = sessions
        self.logger = logger
        isOf = try database.prepare(
            "SELECT 1 FROM users WHERE row = ? AND openid = ? AND appid = ?",
            action: "looking for a user"
        )
        deleteEmpty = try database.prepare(
            "DELETE FROM users WHERE row = ? AND created_at IS NULL AND sessions IS NULL RETURNING appid, openid",
            action: "erasing a user"
        )
    }

    /// Users and people with sessions.
    var count: Int { index.count }

    /// The user's row; nil when he has none.
    func row(of user: User.Key) throws(SQLiteError) -> Int64? {
        try first(under: hash(of: user)) { row throws(SQLiteError) in try isRow(row, of: user) }
    }

    /// The first of the rows which may be a user's for which a body, that has looked into it, says yes.
    ///
    /// - Parameter hash: the user's, by ``hash(of:)-(User.Key)``.
    func first(
        under hash: UInt32,
        where isHis: (Int64) throws(SQLiteError) -> Bool
    ) throws(SQLiteError) -> Int64? {
        try index.first(under: hash, where: isHis)
    }

    /// A row was added for a user who has none.
    ///
    /// - Parameter hash: the user's, by ``hash(of:)-(User.Key)``.
    func add(_ row: Int64, under hash: UInt32) throws(SQLiteError) {
        guard row <= UserRowIndex.rowMax else { throw SQLiteError(SQLITE_FULL, while: "numbering a row") }
        index.insert(row, under: hash)
        changes.append(.added(row, hash))
    }

    /// Deletes a row if neither a user nor sessions are left in it.
    func deleteIfEmpty(_ row: Int64) throws(SQLiteError) {
        let user = try deleteEmpty.first(.integer(row)) { User.Key(appID: $0.text(0), openID: $0.text(1)) }
        guard let user else { return }
        let hash = hash(of: user)
        index.remove(row, under: hash)
        changes.append(.removed(row, hash))
    }

    /// The user's rows that do not count; see ``load(_:)``. The caller deletes them.
    func takeShadowed(of user: User.Key) -> [Int64] {
        guard !shadowed.isEmpty, let rows = shadowed.removeValue(forKey: user) else { return [] }
        changes.append(.forgotten(rows, user))
        return rows
    }

    // MARK: - Transaction

    /// What was changed stays.
    func commit() {
        if !changes.isEmpty { changes.removeAll(keepingCapacity: changes.count <= StoreLimits.keptChangesMax) }
    }

    /// The file is as before the transaction, and so is this.
    func rollback() {
        for change in changes.reversed() {
            switch change {
            case .added(let row, let hash): index.remove(row, under: hash)
            case .removed(let row, let hash): index.insert(row, under: hash)
            case .forgotten(let rows, let user): shadowed[user] = rows
            }
        }
        changes = []
    }

    // MARK: - Start

    /// Finds every row. Of two of one user the later one counts, which his logins went to, and an error tells of it. Rows on
    /// damaged pages are left out: their users begin anew, and the rows stay for whoever can mend the file.
    ///
    /// - Parameter body: is told each row with its user, and the row before if that was his too.
    func load(
        _ body: (_ row: borrowing Row, _ user: UserDigest, _ former: Int64?) throws(SQLiteError) -> Void
    ) throws(SQLiteError) {
        let columns = "SELECT row, appid, openid, sessions FROM users"
        let all = try database.prepare("\(columns) WHERE row > ? ORDER BY row", action: "reading users")
        let one = try database.prepare("\(columns) WHERE row = ?", action: "reading users")
        var last: Int64 = 0
        func take(_ row: borrowing Row) throws(SQLiteError) {
            last = row.integer(0)
            guard last > 0, last <= UserRowIndex.rowMax else {
                throw SQLiteError(SQLITE_CORRUPT, while: "reading a row's number")
            }
            let user = row.withBytes(1) { appID in
                row.withBytes(2) { openID in sessions.digest(appID: appID, openID: openID) }
            }
            try body(row, user, try note(row, of: user))
        }
        var damagedCount = 0
        while true {
            do throws(SQLiteError) {
                try all.forEach(.integer(last), body: take)
                break
            } catch {
                guard error.isOfDamage else { throw error }
                // Past the damage, one row after the other: those on the next page are whole.
                let end = try database.integer("SELECT max(row) FROM users", action: "looking for the last user")
                var isPast = false
                while !isPast, last < end {
                    last += 1
                    do throws(SQLiteError) {
                        isPast = try one.first(.integer(last), read: take) != nil
                    } catch {
                        guard error.isOfDamage else { throw error }
                        damagedCount += 1
                    }
                }
                if !isPast { break }
            }
        }
        if damagedCount > 0 {
            logger.error("users on damaged pages were left out", metadata: ["rows": "up to \(damagedCount)"])
        }
        if !shadowed.isEmpty {
            logger.error("users have two rows, of which the later one counts", metadata: ["users": "\(shadowed.count)"])
        }
    }

    /// - Returns: the row before, when the user had one already.
    private func note(_ row: borrowing Row, of digest: UserDigest) throws(SQLiteError) -> Int64? {
        let (number, hash) = (row.integer(0), Self.hash(of: digest))
        var former: Int64?
        // Nobody is under most hashes, and then no name is read.
        if index.first(under: hash, where: { _ in true }) != nil {
            let user = User.Key(appID: row.text(1), openID: row.text(2))
            former = try index.first(under: hash) { row throws(SQLiteError) in try isRow(row, of: user) }
            if let former {
                index.remove(former, under: hash)
                shadowed[user, default: []].append(former)
            }
        }
        index.insert(number, under: hash)
        return former
    }

    private func isRow(_ row: Int64, of user: User.Key) throws(SQLiteError) -> Bool {
        try isOf.first(.integer(row), .text(user.openID), .text(user.appID)) { _ in true } ?? false
    }

    /// By what a user is looked for.
    func hash(of user: User.Key) -> UInt32 { Self.hash(of: sessions.digest(of: user)) }

    /// The digest's key is this process's own, so nobody can choose users who meet.
    private static func hash(of digest: UserDigest) -> UInt32 { UInt32(truncatingIfNeeded: digest.high) }
}
