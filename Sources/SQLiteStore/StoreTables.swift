internal import Logging

/// The open database with its prepared statements, and the transaction around a batch. On the store's thread.
final class StoreTables {
    let database: Database
    let rows: UserRows
    let sessions: SessionTable
    let users: UserTable
    let accessTokens: AccessTokenTable
    private let logger: Logger

    private static let loadingCacheKiB = 512

    private let begin: Statement
    private let beginReading: Statement
    private let commit: Statement
    private let rollback: Statement
    private let probeWrite: Statement
    private let probeClean: Statement
    private let busyMax: Int32
    private let limits: StoreLimits
    private let scrubber: GapScrubber
    private var isScrubberToStep = false
    private var hasErased = false
    private var log = ErasedInLog.clean

    /// Whether something erased still stands in the write-ahead log.
    private enum ErasedInLog {
        case clean, toBeEmptied, toBeEmptiedAtOnce, left
    }

    init(
        _ database: Database,
        index: SessionIndex,
        limits: StoreLimits,
        logger: Logger
    ) throws(SQLiteError) {
        self.database = database
        self.logger = logger
        busyMax = limits.busyMax
        self.limits = limits
        scrubber = try GapScrubber(database)
        let rows = try UserRows(database, sessions: index, logger: logger)
        let sessions = try SessionTable(database, rows: rows, index: index, limits: limits, logger: logger)
        self.rows = rows
        self.sessions = sessions
        users = try UserTable(database, rows: rows, limits: limits, logger: logger)
        accessTokens = try AccessTokenTable(database)
        // The write lock at once: a transaction that asks for it halfway cannot wait for it.
        begin = try database.prepare("BEGIN IMMEDIATE", action: "beginning to write")
        beginReading = try database.prepare("BEGIN", action: "beginning to read")
        commit = try database.prepare("COMMIT", action: "committing")
        rollback = try database.prepare("ROLLBACK", action: "rolling back")
        // More than one page, so that a full disk shows.
        probeWrite = try database.prepare("INSERT INTO probe VALUES (zeroblob(16384))", action: "trying to write")
        probeClean = try database.prepare("DELETE FROM probe", action: "trying to write")
        // Each page is read once. Were they all kept for a while, the memory would stay taken between the sessions.
        try database.execute("PRAGMA cache_size = -\(Self.loadingCacheKiB)", action: "reading users")
        try rows.load { row, user, former throws(SQLiteError) in sessions.load(row, of: user, former: former) }
        sessions.endLoad()
        try database.execute("PRAGMA cache_size = -\(limits.cacheKiB)", action: "reading users")
    }

    /// Runs a body in one transaction. When this throws, the database and what the sessions look like in memory are as
    /// before.
    ///
    /// - Returns: whether something was written.
    func transaction(
        _ kind: StoreRequest.Kind,
        _ body: () throws(SQLiteError) -> Void
    ) throws(SQLiteError) -> Bool {
        do throws(SQLiteError) {
            // Only after a rollback that failed itself.
            if database.isInTransaction { try rollback.run() }
            let before = database.changeCount
            switch kind {
            case .read: try beginReading.run()
            case .write:
                try begin.run()
                // Nothing that is acknowledged may lie where the next start does not find it.
                if database.hasMoved { throw .fileHasMoved }
            }
            try body()
            try sessions.write()
            try commit.run()
            rows.commit()
            sessions.publish()
            return database.changeCount != before
        } catch {
            sessions.discard()
            rows.rollback()
            if database.isInTransaction { try rollback.run() }
            throw error
        }
    }

    /// A small real write that leaves nothing behind: whether it is possible is what the disk has to say.
    func probe() throws(SQLiteError) {
        try probeWrite.run()
        try probeClean.run()
    }

    // MARK: - Erasure

    /// Something was erased: its bytes have to leave the log too, before that is acknowledged.
    func emptyLogAfterCommit() {
        hasErased = true
        // Who waited in vain for readers a moment ago does not wait for them again.
        log = log == .left ? .toBeEmptiedAtOnce : .toBeEmptied
    }

    /// The log could not be emptied at the start, and nobody knows what a process before this one erased.
    func logWasLeft() {
        log = .left
    }

    /// For sweeps: what could not leave the log before may be able to now.
    func emptyLogIfLeft() {
        if log == .left { log = .toBeEmptiedAtOnce }
    }

    /// For sweeps: what is left in gaps of pages goes a bit at a time.
    func scrubIfDue() {
        isScrubberToStep = scrubber.isDue
    }

    /// Does what erasures leave to be done after the commit, which changes no answer any more.
    func finishErasures() {
        let hasErased = self.hasErased
        self.hasErased = false
        emptyLogIfNeeded()
        if hasErased { scrubber.begin() }
        guard hasErased || isScrubberToStep else { return }
        isScrubberToStep = false
        do throws(SQLiteError) {
            if hasErased {
                // A small file at once; a large one by the sweeps, and once for all who are erased meanwhile.
                guard log == .clean, try scrubber.isDone(within: limits.scrubbedPagesMax) else { return }
            } else if try !database.truncateLog(busyMilliseconds: 0) {
                // A page whose last form is only in the log would come into the file later, with what is in its gap.
                return
            }
            try scrubber.step(max: limits.scrubbedPagesMax)
        } catch {
            logger.error("the gaps of the database's pages could not be overwritten", metadata: ["error": "\(error)"])
        }
    }

    /// Empties the log if that was asked for. After the commit, so whether it works changes no answer; while another
    /// process reads, it does not, and sweeps try again.
    private func emptyLogIfNeeded() {
        guard log == .toBeEmptied || log == .toBeEmptiedAtOnce else { return }
        let isFirstTry = log == .toBeEmptied
        log = .left
        do throws(SQLiteError) {
            // Everybody waits meanwhile: once, not every second.
            if try database.truncateLog(busyMilliseconds: isFirstTry ? busyMax : 0) { log = .clean }
        } catch {
            logger.error("the write-ahead log could not be emptied", metadata: ["error": "\(error)"])
        }
        if log == .left, isFirstTry {
            logger.warning("what was erased stays in the write-ahead log until nobody else reads the database")
        }
    }
}
