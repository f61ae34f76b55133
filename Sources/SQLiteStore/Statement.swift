internal import CSQLite

/// A prepared statement, kept for the life of its ``Database`` and of use on the same thread only.
///
/// Each call binds, steps and resets, whatever comes of it: a statement left between rows would hold a read lock and
/// keep the log from being checkpointed.
@safe final class Statement {
    private let statement: OpaquePointer
    private let action: String

    /// - Parameter action: what the statement does, for error messages.
    init(_ sql: String, in database: OpaquePointer, action: String) throws(SQLiteError) {
        var prepared: OpaquePointer?
        let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
        let code = unsafe sqlite3_prepare_v3(database, sql, -1, flags, &prepared, nil)
        guard code == SQLITE_OK, let prepared = unsafe prepared else {
            throw SQLiteError(unsafe sqlite3_extended_errcode(database), while: action)
        }
        unsafe statement = unsafe prepared
        self.action = action
    }

    deinit {
        unsafe sqlite3_finalize(statement)
    }

    /// Runs a statement that gives no rows, or whose rows are of no interest.
    func run(_ values: SQLiteValue...) throws(SQLiteError) {
        defer { reset() }
        try bind(values)
        while try step() {}
    }

    /// The first row, read by a body.
    func first<Result>(
        _ values: SQLiteValue...,
        read: (borrowing Row) throws(SQLiteError) -> Result
    ) throws(SQLiteError) -> Result? {
        defer { reset() }
        try bind(values)
        guard try step() else { return nil }
        return try unsafe read(Row(of: statement))
    }

    /// Each row in turn.
    func forEach(_ values: SQLiteValue..., body: (borrowing Row) throws(SQLiteError) -> Void) throws(SQLiteError) {
        defer { reset() }
        try bind(values)
        while try step() { try unsafe body(Row(of: statement)) }
    }

    private func step() throws(SQLiteError) -> Bool {
        switch unsafe sqlite3_step(statement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw SQLiteError(unsafe sqlite3_extended_errcode(sqlite3_db_handle(statement)), while: action)
        }
    }

    private func reset() {
        unsafe sqlite3_reset(statement)
        unsafe sqlite3_clear_bindings(statement)
    }

    private func bind(_ values: [SQLiteValue]) throws(SQLiteError) {
        var position: Int32 = 0
        for value in values {
            position += 1
            // What is not bound is NULL.
            if case .null = value { continue }
            let code = bind(value, at: position)
            if code != SQLITE_OK { throw SQLiteError(code, while: action) }
        }
    }

    private func bind(_ value: SQLiteValue, at position: Int32) -> Int32 {
        // SQLITE_TRANSIENT, a cast that Swift cannot import: SQLite copies the bytes before the call returns.
        let transient = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch value {
        case .null:
            return unsafe sqlite3_bind_null(statement, position)
        case .integer(let number):
            return unsafe sqlite3_bind_int64(statement, position, number)
        case .text(var text):
            return text.withUTF8 { bytes in
                let start = unsafe UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self)
                guard let start = unsafe start else { return unsafe sqlite3_bind_text(statement, position, "", 0, nil) }
                return unsafe sqlite3_bind_text(statement, position, start, Int32(bytes.count), transient)
            }
        case .blob(let bytes):
            return unsafe bytes.withUnsafeBytes { bytes in
                guard let start = bytes.baseAddress else {
                    return unsafe sqlite3_bind_zeroblob(statement, position, 0)
                }
                return unsafe sqlite3_bind_blob(statement, position, start, Int32(bytes.count), transient)
            }
        }
    }
}
