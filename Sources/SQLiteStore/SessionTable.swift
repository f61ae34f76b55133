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
    private let insert: Statement
    private let update: Statement
    private let delete: Statement
    private let deleteUnreadable: Statement

    private var staged: [User.Key: Staged] = [:]
    /// Rows that did not decode, left as they are (a later version may have written them) until their user is erased.
    private var unreadable: [User.Key: [Int64]] = [:]
    /// One copy of each appid for all users.
    private var appIDs: [String: String] = [:]
    private var sweepTurn = 0

    init(
        _ database: Database,
        index: SessionIndex,
        limits: StoreLimits,
        logger: Logger
    ) throws(SQLiteError) {
        self.database = database
        self.index = index
        self.limits = limits
        self.logger = logger
        insert = try database.prepare(
            "INSERT INTO sessions (appid, openid, state) VALUES (?, ?, ?)",
            action: "adding a user's sessions"
        )
        update = try database.prepare(
            "UPDATE sessions SET state = ? WHERE row = ?",
            action: "writing a user's sessions"
        )
        delete = try database.prepare("DELETE FROM sessions WHERE row = ?", action: "removing a user's sessions")
        // By name too: the number of a row that is gone is given to the next one.
        deleteUnreadable = try database.prepare(
            "DELETE FROM sessions WHERE row = ? AND openid = ? AND appid = ?",
            action: "removing sessions that cannot be read"
        )
        try load()
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

    /// Forgets a user.
    func erase(_ user: User.Key) throws(SQLiteError) {
        step(user) { sessions in
            sessions = UserSessions()
            return ((), true)
        }
        for row in unreadable[user] ?? [] {
            try deleteUnreadable.run(.integer(row), .text(user.openID), .text(user.appID))
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
        switch (next.row, next.sessions.isEmpty) {
        case (nil, true):
            return nil
        case (nil, false):
            try insert.run(
                .text(user.appID),
                .text(user.openID),
                .blob(SessionsCodec.encode(next.sessions))
            )
            return database.lastInsertedRow
        case (let row?, true):
            try delete.run(.integer(row))
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

    private func load() throws(SQLiteError) {
        let all = try database.prepare("SELECT row, appid, openid, state FROM sessions", action: "reading sessions")
        var unreadableCount = 0
        try all.forEach { row throws(SQLiteError) in
            let user = interned(User.Key(appID: row.text(1), openID: row.text(2)))
            guard let sessions = SessionsCodec.decode(row.blob(3)) else {
                unreadable[user, default: []].append(row.integer(0))
                unreadableCount += 1
                return
            }
            index.set(SessionIndex.Entry(sessions: sessions, row: row.integer(0)), of: user)
        }
        if unreadableCount > 0 {
            logger.error("sessions that cannot be read were left out", metadata: ["rows": "\(unreadableCount)"])
        }
    }
}
