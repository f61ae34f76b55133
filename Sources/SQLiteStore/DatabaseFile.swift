internal import Glibc

/// The database's file, looked at before SQLite opens it, so that a file which is refused stays as it is.
enum DatabaseFile {
    /// Owner only: in it stand openids, names and what is sealed.
    private static let mode: mode_t = 0o600

    /// Bytes of SQLite's file header that are read here ("Database File Format", section 1.3).
    private static let headerBytes = 100
    private static let magic = Array("SQLite format 3\0".utf8)
    private static let versionOffset = 60
    private static let applicationOffset = 68

    /// Makes the file if there is none, closes it to others, and refuses what this version must not touch.
    static func prepare(path: String, schema: Schema) throws(EmbeddedStoreError) {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw .cannotOpen(path: path, reason: systemText(errno)) }
        // Before SQLite has it open: closing any descriptor of a file drops all locks that the process has on it.
        defer { close(descriptor) }
        var header = [UInt8](repeating: 0, count: headerBytes)
        let count = unsafe header.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, 0) }
        guard count >= 0 else { throw .cannotOpen(path: path, reason: systemText(errno)) }
        if count > 0 {
            guard count == headerBytes, header.starts(with: magic),
                number(in: header, at: applicationOffset) == Int64(Schema.applicationID)
            else { throw .foreignFile(path: path) }
            let version = number(in: header, at: versionOffset)
            guard version <= schema.version else { throw .newerSchema(version, known: schema.version) }
        }
        guard fchmod(descriptor, mode) == 0 else { throw .cannotOpen(path: path, reason: systemText(errno)) }
    }

    private static func number(in header: [UInt8], at offset: Int) -> Int64 {
        header[offset..<offset + 4].reduce(0) { $0 << 8 | Int64($1) }
    }

    private static func systemText(_ code: Int32) -> String {
        unsafe String(cString: strerror(code))
    }
}
