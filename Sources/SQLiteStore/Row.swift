internal import CSQLite
internal import Glibc

/// The row that a statement has stepped to; of use only until the next step.
@safe struct Row: ~Copyable {
    private let statement: OpaquePointer

    init(of statement: OpaquePointer) {
        unsafe self.statement = unsafe statement
    }

    func isNull(_ column: Int32) -> Bool {
        unsafe sqlite3_column_type(statement, column) == SQLITE_NULL
    }

    func integer(_ column: Int32) -> Int64 {
        unsafe sqlite3_column_int64(statement, column)
    }

    func text(_ column: Int32) -> String {
        guard let start = unsafe sqlite3_column_text(statement, column) else { return "" }
        let count = Int(unsafe sqlite3_column_bytes(statement, column))
        return unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// Whether the column's text is this one; makes no copy of it.
    func isText(_ column: Int32, _ text: String) -> Bool {
        guard let start = unsafe sqlite3_column_text(statement, column) else { return text.isEmpty }
        let count = Int(unsafe sqlite3_column_bytes(statement, column))
        let own = text.utf8Span.span
        guard own.count == count else { return false }
        return unsafe own.withUnsafeBufferPointer { own in
            guard let other = own.baseAddress else { return true }
            return unsafe memcmp(start, other, count) == 0
        }
    }

    func blob(_ column: Int32) -> [UInt8] {
        guard let start = unsafe sqlite3_column_blob(statement, column) else { return [] }
        let count = Int(unsafe sqlite3_column_bytes(statement, column))
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// The bytes of a text or blob where SQLite has them: for columns read so often that copies cost.
    func withBytes<Result>(_ column: Int32, _ body: (Span<UInt8>) -> Result) -> Result {
        let start = unsafe sqlite3_column_blob(statement, column)?.assumingMemoryBound(to: UInt8.self)
        let count = Int(unsafe sqlite3_column_bytes(statement, column))
        return unsafe body(UnsafeBufferPointer(start: start, count: start == nil ? 0 : count).span)
    }

    func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }
    func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }
    func optionalBlob(_ column: Int32) -> [UInt8]? { isNull(column) ? nil : blob(column) }
}
