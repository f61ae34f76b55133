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
        /// The sessions as they are written; until then, what it says means nothing.
        var state: [UInt8] = []
        /// What was staged differs from the row, not only from memory.
        var isToBeWritten = false
    }

    private static let loadingCacheKiB = 512

    private let database: Database
    private let index: SessionIndex
    private let limits: StoreLimits
    private let logger: Logger
    private let insert: Statement
    private let update: Statement
    private let delete: Statement
    private let deleteUnreadable: Statement

    private var staged: [UserDigest: Staged] = [:]
    /// Rows that did not decode, left as they are (a later version may have written them) until their user is erased.
    private var unreadable: [User.Key: [Int64]] = [:]
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
        let digest = index.digest(of: user)
        var next = current(digest, user)
        let (answer, hasChanged) = step(&next.sessions)
        if hasChanged {
            next.isToBeWritten = true
            staged[digest] = next
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
            var next = current(user, nil)
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
            staged.values[position].state = SessionsCodec.encode(staged.values[position].sessions)
            if staged.values[position].isToBeWritten {
                staged.values[position].row = try write(staged.values[position])
            }
            staged.formIndex(after: &position)
        }
    }

    /// Makes what was committed visible to everybody.
    func publish() {
        for (user, next) in staged {
            if let row = next.row {
                index.set(next.state.span, number: row, of: user)
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
    private func write(_ next: Staged) throws(SQLiteError) -> Int64? {
        switch (next.row, next.sessions.isEmpty) {
        case (nil, true):
            return nil
        case (nil, false):
            guard let user = next.user else { preconditionFailure("sessions without a row are staged by their user") }
            try insert.run(.text(user.appID), .text(user.openID), .blob(next.state))
            return database.lastInsertedRow
        case (let row?, true):
            try delete.run(.integer(row))
            return nil
        case (let row?, false):
            try update.run(.blob(next.state), .integer(row))
            return row
        }
    }

    // MARK: - Inside

    private func current(_ digest: UserDigest, _ user: User.Key?) -> Staged {
        if let before = staged[digest] { return before }
        guard let entry = index.entry(of: digest) else { return Staged(user: user, sessions: UserSessions()) }
        return Staged(user: user, sessions: entry.sessions, row: entry.number)
    }

    private func load() throws(SQLiteError) {
        let action = "reading sessions"
        // Each page is read once. Were they all kept for a while, the memory would stay taken between the sessions.
        try database.execute("PRAGMA cache_size = -\(Self.loadingCacheKiB)", action: action)
        let all = try database.prepare("SELECT row, appid, openid, state FROM sessions", action: action)
        var unreadableCount = 0
        try all.forEach { row throws(SQLiteError) in
            let isRead = row.withBytes(1) { appID in
                row.withBytes(2) { openID in
                    row.withBytes(3) { state in
                        guard SessionsCodec.isReadable(state) else { return false }
                        let user = index.digest(appID: appID, openID: openID)
                        index.set(state, number: row.integer(0), of: user)
                        return true
                    }
                }
            }
            if isRead { return }
            unreadable[User.Key(appID: row.text(1), openID: row.text(2)), default: []].append(row.integer(0))
            unreadableCount += 1
        }
        try database.execute("PRAGMA cache_size = -\(limits.cacheKiB)", action: action)
        if unreadableCount > 0 {
            logger.error("sessions that cannot be read were left out", metadata: ["rows": "\(unreadableCount)"])
        }
    }
}
