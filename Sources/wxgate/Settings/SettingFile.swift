import Glibc

/// Reads the files that settings name, once, at start.
enum SettingFile {
    /// A full CA bundle has a quarter of this. The bound stops a wrong path (`/dev/zero`) from eating all memory.
    static let bytesMax = 4 << 20

    /// The whole file as text.
    static func read(_ path: String) throws(SettingFault) -> String {
        guard !path.utf8.contains(0) else { throw SettingFault("cannot be read: not a path") }
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure()
            }
            bytes += chunk[..<count]
            guard bytes.count <= bytesMax else { throw SettingFault("the file has more than \(bytesMax) bytes") }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SettingFault("the file is not UTF-8 text")
        }
        return text
    }

    /// The first and only line of a file: what `echo` and editors put at its end is no part of the value.
    static func readLine(_ path: String) throws(SettingFault) -> String {
        let text = try read(path)
        guard let last = text.last, last.isNewline else { return text }
        return String(text.dropLast())
    }

    private static func failure() -> SettingFault {
        SettingFault("cannot be read: \(unsafe String(cString: strerror(errno)))")
    }
}
