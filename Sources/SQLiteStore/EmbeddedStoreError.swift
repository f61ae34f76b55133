/// Why the embedded store does not open; each text says what an operator can do.
public enum EmbeddedStoreError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A later version of wxgate wrote the file.
    case newerSchema(Int64, known: Int64)
    /// The file is no database of wxgate.
    case foreignFile(path: String)
    /// The system or SQLite refuses.
    case cannotOpen(path: String, reason: String)
    /// The same, but for something that may pass by itself: a lock, a full disk, too little memory.
    case cannotOpenNow(path: String, reason: String)

    /// One line without secrets.
    public var description: String {
        switch self {
        case .newerSchema(let version, let known):
            "the database has schema version \(version), this wxgate knows up to \(known): start a newer wxgate"
        case .foreignFile(let path):
            "\(path) is not a database of wxgate: move it away, or choose another data directory"
        case .cannotOpen(let path, let reason), .cannotOpenNow(let path, let reason):
            "\(path): \(reason)"
        }
    }
}

extension EmbeddedStoreError {
    /// Runs what opens a file; where SQLite fails, the file cannot be opened.
    static func refusing<Result>(
        _ path: String,
        _ body: () throws(SQLiteError) -> Result
    ) throws(EmbeddedStoreError) -> Result {
        do throws(SQLiteError) {
            return try body()
        } catch {
            throw error.mayPass
                ? .cannotOpenNow(path: path, reason: error.description)
                : .cannotOpen(path: path, reason: error.description)
        }
    }
}
