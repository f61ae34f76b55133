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
        try withBound(values) { () throws(SQLiteError) in
            while try step() {}
        }
    }

    /// The first row, read by a body.
    func first<Result>(
        _ values: SQLiteValue...,
        read: (borrowing Row) throws(SQLiteError) -> Result
    ) throws(SQLiteError) -> Result? {
        try withBound(values) { () throws(SQLiteError) in
            try step() ? try unsafe read(Row(of: statement)) : nil
        }
    }

    /// Each row in turn.
    func forEach(_ values: SQLiteValue..., body: (borrowing Row) throws(SQLiteError) -> Void) throws(SQLiteError) {
        try withBound(values) { () throws(SQLiteError) in
            while try step() { try unsafe body(Row(of: statement)) }
        }
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

    /// Binds the values from one on, runs a body and resets.
    ///
    /// SQLite makes no copy of texts and blobs: each is held where it lies until the statement knows nothing of it any more.
    private func withBound<Result>(
        _ values: [SQLiteValue],
        from index: Int = 0,
        _ body: () throws(SQLiteError) -> Result
    ) throws(SQLiteError) -> Result {
        guard index < values.count else {
            defer { reset() }
            return try body()
        }
        let position = Int32(index + 1)
        switch values[index] {
        case .null:
            // What is not bound is NULL.
            return try withBound(values, from: index + 1, body)
        case .integer(let number):
            try check(unsafe sqlite3_bind_int64(statement, position, number))
            return try withBound(values, from: index + 1, body)
        case .text(let text):
            return try unsafe text.utf8Span.span.withUnsafeBufferPointer { bytes throws(SQLiteError) in
                try check(unsafe bind(text: bytes, at: position))
                return try withBound(values, from: index + 1, body)
            }
        case .blob(let bytes):
            return try unsafe bytes.span.withUnsafeBufferPointer { bytes throws(SQLiteError) in
                try check(unsafe bind(blob: bytes, at: position))
                return try withBound(values, from: index + 1, body)
            }
        }
    }

    private func bind(text bytes: UnsafeBufferPointer<UInt8>, at position: Int32) -> Int32 {
        let start = unsafe UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self)
        guard let start = unsafe start else { return unsafe sqlite3_bind_text(statement, position, "", 0, nil) }
        return unsafe sqlite3_bind_text(statement, position, start, Int32(bytes.count), nil)
    }

    private func bind(blob bytes: UnsafeBufferPointer<UInt8>, at position: Int32) -> Int32 {
        guard let start = bytes.baseAddress else { return unsafe sqlite3_bind_zeroblob(statement, position, 0) }
        return unsafe sqlite3_bind_blob(statement, position, start, Int32(bytes.count), nil)
    }

    private func check(_ code: Int32) throws(SQLiteError) {
        if code == SQLITE_OK { return }
        reset()
        throw SQLiteError(code, while: action)
    }
}
