internal import Gateway
internal import Logging

/// The table of sessions: steps are staged here, written once a user at the end of a transaction, and published to the
/// index after its commit. On the store's thread.
final class SessionTable {
    private struct Staged {
        var sessions: UserSessions
        var row: Int64?
        /// What was staged differs from the row, not only from memory.
        var isToBeWritten = false
    }

    private let database: Database
    private let index: SessionIndex
    private let limits: StoreLimits
    private let logger: Logger
    private let rows: UserRows
    private let insert: Statement
    private let update: Statement
    private let clear: Statement

    private var staged: [User.Key: Staged] = [:]
    /// Rows that did not decode, left as they are (a later version may have written them) until their user comes back or
    /// is erased.
    private var unreadableCount = 0
    /// One copy of each appid for all users.
    private var appIDs: [String: String] = [:]
    private var sweepTurn = 0

    init(
        _ database: Database,
        rows: UserRows,
        index: SessionIndex,
        limits: StoreLimits,
        logger: Logger
    ) throws(SQLiteError) {
        self.database = database
        self.rows = rows
        self.index = index
        self.limits = limits
        self.logger = logger
        insert = try database.prepare(
            "INSERT INTO users (appid, openid, sessions) VALUES (?, ?, ?)",
            action: "adding a user's sessions"
        )
        update = try database.prepare(
            "UPDATE users SET sessions = ? WHERE row = ?",
            action: "writing a user's sessions"
        )
        clear = try database.prepare(
            "UPDATE users SET sessions = NULL WHERE row = ?",
            action: "removing a user's sessions"
        )
    }

    // MARK: - Steps

    /// One step of a user's sessions, on top of those staged before it.
    ///
    /// - Parameter step: gives the answer, and whether it changed something.
    func step<Answer>(_ user: User.Key, _ step: (inout UserSessions) -> (Answer, hasChanged: Bool)) -> Answer {
        var next = current(user)
        let (answer, hasChanged) = step(&next.sessions)
        if hasChanged {
            next.isToBeWritten = true
            staged[interned(user)] = next
        }
        return answer
    }

    /// One step whose outcome somebody else writes at once, together with other columns of the user's row.
    ///
    /// - Parameter write: gets what the row has to say of the sessions; returns the row.
    func step(
        _ user: User.Key,
        _ step: (inout UserSessions) -> Void,
        write: ([UInt8]) throws(SQLiteError) -> Int64
    ) throws(SQLiteError) {
        var next = current(user)
        step(&next.sessions)
        next.row = try write(SessionsCodec.encode(next.sessions))
        next.isToBeWritten = false
        staged[interned(user)] = next
    }

    /// Forgets a user.
    func erase(_ user: User.Key) {
        step(user) { sessions in
            sessions = UserSessions()
            return ((), true)
        }
    }

    /// Drops what time has ended, of some users.
    func sweep(now: Int64) {
        let users = index.expired(ofTurn: sweepTurn, max: limits.sweptSessionsMax, now: now)
        for user in users {
            var next = current(user)
            let before = (next.sessions.live.count, next.sessions.ended.count)
            next.sessions.expire(now: now)
            // A previous token that nobody may use any more is dropped from memory; its row waits for the next step.
            if before != (next.sessions.live.count, next.sessions.ended.count) { next.isToBeWritten = true }
            staged[user] = next
        }
        if users.count < limits.sweptSessionsMax { sweepTurn += 1 }
    }

    // MARK: - Transaction

    /// Writes what is staged, inside the transaction.
    func write() throws(SQLiteError) {
        var position = staged.startIndex
        while position != staged.endIndex {
            if staged.values[position].isToBeWritten {
                staged.values[position].row = try write(staged.values[position], of: staged.keys[position])
            }
            staged.formIndex(after: &position)
        }
    }

    /// Makes what was committed visible to everybody.
    func publish() {
        for (user, next) in staged {
            if let row = next.row {
                index.set(SessionIndex.Entry(sessions: next.sessions, row: row), of: user)
            } else {
                index.set(nil, of: user)
            }
        }
        discard()
    }

    /// Forgets what was staged.
    func discard() {
        // Not keeping the capacity: a dictionary's removal takes as long as the largest batch ever.
        staged = [:]
    }

    /// - Returns: the row that holds the sessions now.
    private func write(_ next: Staged, of user: User.Key) throws(SQLiteError) -> Int64? {
        // A user without sessions in memory may have a row, and in it sessions that could not be read.
        let row = if let row = next.row { row } else { try rows.row(of: user) }
        switch (row, next.sessions.isEmpty) {
        case (nil, true):
            return nil
        case (nil, false):
            try insert.run(.text(user.appID), .text(user.openID), .blob(SessionsCodec.encode(next.sessions)))
            let row = database.lastInsertedRow
            try rows.add(row, of: user)
            return row
        case (let row?, true):
            try clear.run(.integer(row))
            try rows.deleteIfEmpty(row)
            return nil
        case (let row?, false):
            try update.run(.blob(SessionsCodec.encode(next.sessions)), .integer(row))
            return row
        }
    }

    // MARK: - Inside

    private func current(_ user: User.Key) -> Staged {
        if let before = staged[user] { return before }
        guard let entry = index.entry(of: user) else { return Staged(sessions: UserSessions()) }
        return Staged(sessions: entry.sessions, row: entry.row)
    }

    private func interned(_ user: User.Key) -> User.Key {
        if let appID = appIDs[user.appID] { return User.Key(appID: appID, openID: user.openID) }
        appIDs[user.appID] = user.appID
        return user
    }

    // MARK: - Start

    /// Takes the sessions of a row, at the start.
    ///
    /// - Parameters:
    ///   - row: its columns row, appid, openid, sessions.
    ///   - former: a row before it of the same user, which counts no more.
    func load(_ row: borrowing Row, of user: User.Key, former: Int64?) {
        if former != nil { index.set(nil, of: user) }
        if row.isNull(3) { return }
        guard let sessions = SessionsCodec.decode(row.blob(3)) else {
            unreadableCount += 1
            return
        }
        index.set(SessionIndex.Entry(sessions: sessions, row: row.integer(0)), of: interned(user))
    }

    /// All rows were taken.
    func endLoad() {
        if unreadableCount > 0 {
            logger.error("sessions that cannot be read were left out", metadata: ["rows": "\(unreadableCount)"])
        }
    }
}
