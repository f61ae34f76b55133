internal import CSQLite

/// What SQLite said: codes and its own words, in which no value of a row ever stands.
///
/// Source: SQLite documentation, "Result and Error Codes".
struct SQLiteError: Error, Equatable, CustomStringConvertible {
    /// The extended result code.
    let extendedCode: Int32
    /// What was being done, in our words.
    let action: String

    init(_ extendedCode: Int32, while action: String) {
        self.extendedCode = extendedCode
        self.action = action
    }

    /// SQLite's own code for a database file that is not at its path any more (`SQLITE_READONLY_DBMOVED`, a macro that
    /// Swift cannot import). With a log in front of the file SQLite itself does not look.
    static let fileHasMoved = SQLiteError(
        SQLITE_READONLY | 4 << 8,
        while: "looking for the database file, which was removed, renamed or replaced"
    )

    /// The primary result code.
    var code: Int32 { extendedCode & 0xff }

    /// The code in words, such as "database or disk is full". Not `sqlite3_errmsg`, which quotes names and values.
    var message: String {
        unsafe sqlite3_errstr(extendedCode).map { unsafe String(cString: $0) } ?? "unknown"
    }

    var description: String { "\(action): \(message) (\(extendedCode))" }

    /// Whether the surroundings are the cause, not the one statement: the disk, a lock, memory, a damaged file. Then no
    /// request can be served until that changes, and it may change without a restart.
    var isOfEnvironment: Bool { Self.environment.contains(code) }

    /// Whether it came upon a damaged page: those who do not come there can be served.
    var isOfDamage: Bool { code == SQLITE_CORRUPT }

    /// Whether waiting may help where nobody has anything to mend.
    var mayPass: Bool { [SQLITE_BUSY, SQLITE_LOCKED, SQLITE_FULL, SQLITE_NOMEM, SQLITE_PROTOCOL].contains(code) }

    private static let environment: Set<Int32> = [
        SQLITE_FULL, SQLITE_IOERR, SQLITE_BUSY, SQLITE_LOCKED, SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_NOMEM,
        SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_PERM, SQLITE_PROTOCOL,
    ]
}
