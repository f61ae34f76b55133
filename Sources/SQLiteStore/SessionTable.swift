internal import Gateway
internal import Logging

/// The table of sessions: steps are staged here, written once a user at the end of a transaction, and published to the
/// index after its commit. On the store's thread.
final class SessionTable {
    private struct Staged {
        /// nil: whoever has a row, to which no name is added any more.
        let user: User.Key?
        var sessions: UserSessions
        var row: Int64?
        /// The sessions as they are written; nil until then.
        var state: [UInt8]?
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

    private var staged: [UserDigest: Staged] = [:]
    /// Rows that did not decode, left as they are (a later version may have written them) until their user comes back or
    /// is erased.
    private var unreadableCount = 0
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
        let digest = index.digest(of: user)
        var next = current(digest, user)
        let (answer, hasChanged) = step(&next.sessions)
        if hasChanged {
            next.state = nil
            next.isToBeWritten = true
            staged[digest] = next
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
        let digest = index.digest(of: user)
        var next = current(digest, user)
        step(&next.sessions)
        let state = SessionsCodec.encode(next.sessions)
        next.row = try write(state)
        next.state = state
        next.isToBeWritten = false
        staged[digest] = next
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
            var next = current(user, nil)
            let before = (next.sessions.live.count, next.sessions.ended.count)
            next.sessions.expire(now: now)
            next.state = nil
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
            let state = staged.values[position].state ?? SessionsCodec.encode(staged.values[position].sessions)
            staged.values[position].state = state
            if staged.values[position].isToBeWritten {
                staged.values[position].row = try write(staged.values[position], state)
            }
            staged.formIndex(after: &position)
        }
    }

    /// Makes what was committed visible to everybody.
    func publish() {
        for (user, next) in staged {
            if let row = next.row, let state = next.state {
                index.set(state.span, number: row, of: user)
            } else {
                index.remove(user)
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
    private func write(_ next: Staged, _ state: [UInt8]) throws(SQLiteError) -> Int64? {
        var row = next.row
        // A user without sessions in memory may have a row, and in it sessions that could not be read.
        if row == nil, let user = next.user { row = try rows.row(of: user) }
        switch (row, next.sessions.isEmpty) {
        case (nil, true):
            return nil
        case (nil, false):
            guard let user = next.user else { preconditionFailure("sessions without a row are staged by their user") }
            try insert.run(.text(user.appID), .text(user.openID), .blob(state))
            let row = database.lastInsertedRow
            try rows.add(row, under: rows.hash(of: user))
            return row
        case (let row?, true):
            try clear.run(.integer(row))
            try rows.deleteIfEmpty(row)
            return nil
        case (let row?, false):
            try update.run(.blob(state), .integer(row))
            return row
        }
    }

    // MARK: - Inside

    private func current(_ digest: UserDigest, _ user: User.Key?) -> Staged {
        if let before = staged[digest] { return before }
        guard let entry = index.entry(of: digest) else { return Staged(user: user, sessions: UserSessions()) }
        return Staged(user: user, sessions: entry.sessions, row: entry.number)
    }

    // MARK: - Start

    /// Takes the sessions of a row, at the start.
    ///
    /// - Parameters:
    ///   - row: its columns row, appid, openid, sessions.
    ///   - former: a row before it of the same user, which counts no more.
    func load(_ row: borrowing Row, of user: UserDigest, former: Int64?) {
        if former != nil { index.remove(user) }
        if row.isNull(3) { return }
        let number = row.integer(0)
        let isRead = row.withBytes(3) { state in
            guard SessionsCodec.isReadable(state) else { return false }
            index.set(state, number: number, of: user)
            return true
        }
        if !isRead { unreadableCount += 1 }
    }

    /// All rows were taken.
    func endLoad() {
        if unreadableCount > 0 {
            logger.error("sessions that cannot be read were left out", metadata: ["rows": "\(unreadableCount)"])
        }
    }
}
