internal import Logging

/// The open database with its prepared statements, and the transaction around a batch. On the store's thread.
final class StoreTables {
    let database: Database
    let sessions: SessionTable
    let users: UserTable
    private let logger: Logger

    private let begin: Statement
    private let beginReading: Statement
    private let commit: Statement
    private let rollback: Statement
    private let probeWrite: Statement
    private let probeClean: Statement
    private var isLogToBeEmptied = false

    init(
        _ database: Database,
        index: SessionIndex,
        limits: StoreLimits,
        logger: Logger
    ) throws(SQLiteError) {
        self.database = database
        self.logger = logger
        sessions = try SessionTable(database, index: index, limits: limits, logger: logger)
        users = try UserTable(database, limits: limits, logger: logger)
        // The write lock at once: a transaction that asks for it halfway cannot wait for it.
        begin = try database.prepare("BEGIN IMMEDIATE", action: "beginning to write")
        beginReading = try database.prepare("BEGIN", action: "beginning to read")
        commit = try database.prepare("COMMIT", action: "committing")
        rollback = try database.prepare("ROLLBACK", action: "rolling back")
        // More than one page, so that a full disk shows.
        probeWrite = try database.prepare("INSERT INTO probe VALUES (zeroblob(16384))", action: "trying to write")
        probeClean = try database.prepare("DELETE FROM probe", action: "trying to write")
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
            let before = database.changeCount
            switch kind {
            case .read: try beginReading.run()
            case .write: try begin.run()
            }
            try body()
            try sessions.write()
            try commit.run()
            sessions.publish()
            return database.changeCount != before
        } catch {
            sessions.discard()
            if database.isInTransaction { try rollback.run() }
            throw error
        }
    }

    /// A small real write that leaves nothing behind: whether it is possible is what the disk has to say.
    func probe() throws(SQLiteError) {
        try probeWrite.run()
        try probeClean.run()
    }

    /// Something was erased: its bytes have to leave the log too, before that is acknowledged.
    func emptyLogAfterCommit() {
        isLogToBeEmptied = true
    }

    /// Empties the log if something was erased since it last was. When another process reads just now, the next sweep
    /// tries again.
    func emptyLogIfNeeded() throws(SQLiteError) {
        guard isLogToBeEmptied else { return }
        if try database.truncateLog() {
            isLogToBeEmptied = false
        } else {
            logger.warning("what was erased stays in the write-ahead log while another process reads the database")
        }
    }
}
