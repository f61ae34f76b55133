import Glibc

/// Modes of files, whatever the umask of the tests is.
enum FileMode {
    struct Failed: Error {
        let path: String
        let code = errno
    }

    static func of(_ path: String) throws -> Int {
        var status = stat()
        guard lstat(path, &status) == 0 else { throw Failed(path: path) }
        return Int(status.st_mode & 0o7777)
    }

    static func makeDirectory(_ path: String, _ mode: Int) throws {
        guard mkdir(path, mode_t(mode)) == 0, chmod(path, mode_t(mode)) == 0 else { throw Failed(path: path) }
    }

    static func set(_ path: String, _ mode: Int) throws {
        guard chmod(path, mode_t(mode)) == 0 else { throw Failed(path: path) }
    }
}
