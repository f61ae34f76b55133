internal import CSQLite

/// The database file below the pages, through the descriptor that SQLite itself has: closing another one would drop the
/// locks of the process.
extension Database {
    /// SQLITE_IOERR_SHORT_READ, a macro of two others that does not come into Swift: the rest is filled with zeros.
    private static let shortRead = SQLITE_IOERR | 2 << 8

    /// Bytes of the file, without those of the log.
    func fileByteCount() throws(SQLiteError) -> Int64 {
        let file = unsafe try openFile()
        var count: Int64 = 0
        guard let size = unsafe file.pointee.pMethods.pointee.xFileSize else { throw Self.noFile }
        try check(unsafe size(file, &count), while: "asking the file's size")
        return count
    }

    /// Bytes of the file; zeros beyond its end.
    func readFile(at offset: Int64, count: Int) throws(SQLiteError) -> [UInt8] {
        let file = unsafe try openFile()
        guard let read = unsafe file.pointee.pMethods.pointee.xRead else { throw Self.noFile }
        var bytes = [UInt8](repeating: 0, count: count)
        let code = unsafe bytes.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, Int32($0.count), offset) }
        if code != Self.shortRead { try check(code, while: "reading the file") }
        return bytes
    }

    /// Overwrites bytes of the file, which the caller knows nobody reads.
    func writeZeros(at offset: Int64, count: Int) throws(SQLiteError) {
        let file = unsafe try openFile()
        guard let write = unsafe file.pointee.pMethods.pointee.xWrite else { throw Self.noFile }
        let zeros = [UInt8](repeating: 0, count: count)
        let code = unsafe zeros.withUnsafeBytes { unsafe write(file, $0.baseAddress, Int32($0.count), offset) }
        try check(code, while: "overwriting erased bytes")
    }

    private static let noFile = SQLiteError(SQLITE_MISUSE, while: "looking for the file below the database")

    private func openFile() throws(SQLiteError) -> UnsafeMutablePointer<sqlite3_file> {
        var file: UnsafeMutablePointer<sqlite3_file>?
        try check(unsafe control(SQLITE_FCNTL_FILE_POINTER, &file), while: "looking for the database's file")
        guard let file = unsafe file else { throw Self.noFile }
        return unsafe file
    }

    private func check(_ code: Int32, while action: String) throws(SQLiteError) {
        if code != SQLITE_OK { throw SQLiteError(code, while: action) }
    }
}
