import Glibc
import Logging

/// The directory of `WXGATE_DATA_DIR`: made or checked, and nobody else's.
///
/// What is in it (keys, digests of sessions, sealed records) is for the gateway's own user only: the directory is 0700
/// and each file 0600, whatever the umask says. Names in it are opened relative to the directory that was checked.
final class DataDirectory: Sendable {
    /// Of the lock file. It stays when the gateway ends: removing a lock file would race with the next process.
    static let lockName = "lock"

    /// As it was configured.
    let path: String
    let directory: Descriptor
    /// Holds as long as it is open, and no longer than the process: the kernel releases it after `kill -9` too.
    private let lock: Descriptor?

    /// Makes the directory unless it is there, and takes it for this process alone if `exclusively`.
    ///
    /// Only its last component is made: a missing parent is a mistyped path or a volume that is not mounted more often
    /// than it is meant.
    init(at path: String, exclusively: Bool, logger: Logger) throws(StartFault) {
        self.path = path
        let isNew = unsafe mkdir(path, 0o700) == 0
        if !isNew, errno != EEXIST {
            throw Self.fault(path, errno == ENOENT ? "the parent directory does not exist" : Self.reason(errno))
        }
        guard let directory = unsafe Descriptor(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) else {
            throw Self.fault(path, Self.reason(errno))
        }
        // A umask may have taken away more than others' rights.
        if isNew, fchmod(directory.number, 0o700) != 0 { throw Self.fault(path, Self.reason(errno)) }
        try Self.check(directory, path, logger: logger)
        lock = exclusively ? try Self.lock(directory, path) : nil
        self.directory = directory
    }

    /// Where `name` in the directory is, for people and for libraries that take a path.
    func path(of name: String) -> String { path.hasSuffix("/") ? path + name : "\(path)/\(name)" }

    /// Whether there is anything of this name.
    func holds(_ name: String) -> Bool {
        unsafe faccessat(directory.number, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0
    }

    private static func check(_ directory: borrowing Descriptor, _ path: String, logger: Logger) throws(StartFault) {
        guard let status = directory.status else { throw fault(path, reason(errno)) }
        guard status.st_uid == geteuid() else {
            throw fault(path, "belongs to user id \(status.st_uid), not to \(geteuid()) as whom wxgate runs")
        }
        let mode = status.st_mode & 0o777
        if mode & 0o077 != 0 {
            guard fchmod(directory.number, mode & 0o700) == 0 else { throw fault(path, reason(errno)) }
            logger.warning(
                "others could enter the data directory: tightened to owner only",
                metadata: ["path": "\(path)", "mode": "\(String(mode, radix: 8))"]
            )
        }
        guard unsafe faccessat(directory.number, ".", W_OK | X_OK, 0) == 0 else {
            throw fault(path, "cannot be written: \(reason(errno))")
        }
    }

    private static func lock(_ directory: borrowing Descriptor, _ path: String) throws(StartFault) -> Descriptor {
        let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        guard let lock = unsafe Descriptor(openat(directory.number, lockName, flags, 0o600)) else {
            throw fault(path, "lock: \(reason(errno))")
        }
        // flock(2), not fcntl(2): a POSIX lock would end with any other descriptor of the file.
        guard flock(lock.number, LOCK_EX | LOCK_NB) == 0 else {
            if errno == EWOULDBLOCK {
                throw StartFault(.temporary, .dataDirectory, path, "another process uses this directory")
            }
            throw fault(path, "lock: \(reason(errno))")
        }
        guard fchmod(lock.number, 0o600) == 0 else { throw fault(path, "lock: \(reason(errno))") }
        return lock
    }

    private static func fault(_ path: String, _ reason: String) -> StartFault {
        StartFault(.configuration, .dataDirectory, path, reason)
    }

    private static func reason(_ code: Int32) -> String { SystemFault(call: "", code: code).reason }
}
