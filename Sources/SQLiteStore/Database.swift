internal import CSQLite

/// One connection to one database file, of use on one thread at a time.
@safe final class Database {
    private let connection: OpaquePointer
    private let busyMilliseconds: Int32

    /// Opens the file that ``DatabaseFile`` made or checked, as its one writer.
    init(path: String, busyMilliseconds: Int32) throws(SQLiteError) {
        var opened: OpaquePointer?
        // No mutex of SQLite's own: one thread uses the connection.
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = unsafe sqlite3_open_v2(path, &opened, flags, nil)
        guard code == SQLITE_OK, let opened = unsafe opened else {
            unsafe sqlite3_close_v2(opened)
            throw SQLiteError(code, while: "opening the database")
        }
        unsafe connection = unsafe opened
        self.busyMilliseconds = busyMilliseconds
        unsafe sqlite3_busy_timeout(connection, busyMilliseconds)
    }

    deinit {
        // v2: also when a statement is finalised after this.
        unsafe sqlite3_close_v2(connection)
    }

    /// Runs SQL text of one or more statements without values.
    func execute(_ sql: String, action: String) throws(SQLiteError) {
        if unsafe sqlite3_exec(connection, sql, nil, nil, nil) != SQLITE_OK { throw lastError(while: action) }
    }

    /// Prepares a statement to keep.
    func prepare(_ sql: String, action: String) throws(SQLiteError) -> Statement {
        try unsafe Statement(sql, in: connection, action: action)
    }

    /// The number that a query gives in its first column; 0 when it gives none.
    func integer(_ sql: String, action: String) throws(SQLiteError) -> Int64 {
        try prepare(sql, action: action).first { $0.integer(0) } ?? 0
    }

    /// The rowid of the last row inserted.
    var lastInsertedRow: Int64 { unsafe sqlite3_last_insert_rowid(connection) }

    /// Rows changed since the connection was opened.
    var changeCount: Int64 { unsafe sqlite3_total_changes64(connection) }

    /// Whether the file is no more where it was opened: removed, renamed or replaced. What is written goes with the process.
    var hasMoved: Bool {
        var hasMoved: Int32 = 0
        return unsafe sqlite3_file_control(connection, "main", SQLITE_FCNTL_HAS_MOVED, &hasMoved) == SQLITE_OK
            && hasMoved != 0
    }

    /// Whether a transaction is open. SQLite ends it by itself after some errors.
    var isInTransaction: Bool { unsafe sqlite3_get_autocommit(connection) == 0 }

    /// Writes the whole log into the database file and empties it.
    ///
    /// - Parameter patience: how long to wait for other processes that read.
    /// - Returns: whether that was possible; not while another process reads.
    func truncateLog(busyMilliseconds patience: Int32) throws(SQLiteError) -> Bool {
        unsafe sqlite3_busy_timeout(connection, patience)
        defer { unsafe sqlite3_busy_timeout(connection, busyMilliseconds) }
        let action = "emptying the write-ahead log"
        switch unsafe sqlite3_wal_checkpoint_v2(connection, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil) & 0xff {
        case SQLITE_OK: return true
        case SQLITE_BUSY: return false
        default: throw lastError(while: action)
        }
    }

    /// Lets go of cached pages, so that they are read from the file again.
    func releaseMemory() {
        unsafe sqlite3_db_release_memory(connection)
    }

    /// Asks the file of the database something (sqlite3_file_control).
    func control(_ operation: Int32, _ argument: UnsafeMutableRawPointer) -> Int32 {
        unsafe sqlite3_file_control(connection, "main", operation, argument)
    }

    private func lastError(while action: String) -> SQLiteError {
        SQLiteError(unsafe sqlite3_extended_errcode(connection), while: action)
    }
}
