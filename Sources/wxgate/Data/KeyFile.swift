import Glibc
import Logging
import OpenSSL

/// A key that the gateway made for itself and keeps in its data directory: made at the first start, read at every later
/// one, and never overwritten.
struct KeyFile {
    /// The name in the directory.
    let name: String
    private let directory: DataDirectory
    private let logger: Logger

    /// A file holds a few keys, if somebody rotates by hand; the bound stops what is no key file at all.
    private static let bytesMax = 64 << 10

    init(_ name: String, in directory: DataDirectory, logger: Logger) {
        self.name = name
        self.directory = directory
        self.logger = logger
    }

    var path: String { directory.path(of: name) }

    /// The file's text; `make` is asked for one when there is no file yet.
    ///
    /// The new file appears whole or not at all. When several processes make it at once, all get the one that was first.
    func readOrMake(_ make: () throws(StartFault) -> String) throws(StartFault) -> (text: String, isNew: Bool) {
        if let text = try read() { return (text, false) }
        let text = try make()
        do throws(SystemFault) {
            if try write(text) { return (text, true) }
        } catch {
            throw fault("cannot be made: \(error)")
        }
        guard let text = try read() else { throw fault("somebody removes it") }
        return (text, false)
    }

    /// - Returns: nil when there is no such file.
    private func read() throws(StartFault) -> String? {
        // A link would be somebody's key elsewhere, with modes that are not ours to change: that is WXGATE_TOKEN_KEY_FILE.
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        guard let file = unsafe Descriptor(openat(directory.directory.number, name, flags)) else {
            if errno == ENOENT { return nil }
            throw fault(errno == ELOOP ? "a symbolic link" : "cannot be read: \(SystemFault.last("open").reason)")
        }
        try check(file)
        let bytes: [UInt8]?
        do throws(SystemFault) {
            bytes = try file.read(upTo: Self.bytesMax)
        } catch {
            throw fault("cannot be read: \(error.reason)")
        }
        guard let bytes, let text = String(validating: bytes, as: UTF8.self) else { throw fault("no text of keys") }
        return text
    }

    private func check(_ file: borrowing Descriptor) throws(StartFault) {
        guard let status = file.status, status.st_mode & S_IFMT == S_IFREG else { throw fault("no regular file") }
        guard status.st_uid == geteuid() else { throw fault("belongs to user id \(status.st_uid)") }
        let mode = status.st_mode & 0o777
        guard mode & 0o077 != 0 else { return }
        guard fchmod(file.number, mode & 0o600) == 0 else {
            throw fault("mode \(String(mode, radix: 8)), which cannot be changed: \(SystemFault.last("fchmod").reason)")
        }
        logger.warning(
            "others could read a key: tightened to owner only; make a new key if somebody may have",
            metadata: ["path": "\(path)", "mode": "\(String(mode, radix: 8))"]
        )
    }

    /// - Returns: false when another process was first.
    private func write(_ text: String) throws(SystemFault) -> Bool {
        let parent = directory.directory.number
        let draft = ".\(name).\(getpid()).\(UInt64.random(in: 0 ... .max))"
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        guard let file = unsafe Descriptor(openat(parent, draft, flags, 0o600)) else { throw .last("open") }
        defer { _ = unsafe unlinkat(parent, draft, 0) }
        guard fchmod(file.number, 0o600) == 0 else { throw .last("fchmod") }
        try file.write(Array(text.utf8))
        // Unlike a rename, a link never takes the place of a file that has appeared meanwhile.
        guard unsafe linkat(parent, draft, parent, name, 0) == 0 else {
            if errno == EEXIST { return false }
            throw .last("link")
        }
        try directory.directory.sync()
        return true
    }

    /// Why the file is of no use. The reason never quotes it.
    func fault(_ reason: String) -> StartFault {
        StartFault(.configuration, .dataDirectory, path, reason)
    }
}
