import Foundation
import Glibc
import Logging
import Testing

@testable import wxgate

@Suite struct DataDirectoryTests {
    private let parent: TemporaryDirectory
    private let log = LogRecord()
    private var path: String { parent.path + "/data" }

    init() throws {
        parent = try TemporaryDirectory()
    }

    private func open(_ path: String? = nil, exclusively: Bool = true) throws(StartFault) -> DataDirectory {
        try DataDirectory(at: path ?? self.path, exclusively: exclusively, logger: log.logger)
    }

    private func reason(_ path: String? = nil) -> String? {
        do throws(StartFault) {
            _ = try open(path)
            return nil
        } catch {
            #expect(error.kind == .configuration)
            #expect(error.variable == "WXGATE_DATA_DIR")
            #expect(error.subject == path ?? self.path)
            return error.reason
        }
    }

    @Test(arguments: ["/data", "/data/"])
    func `a directory that is not there is made for its owner only, with a lock in it`(_ name: String) throws {
        let directory = try open(parent.path + name)
        #expect(try FileMode.of(path) == 0o700)
        #expect(try FileMode.of(path + "/lock") == 0o600)
        #expect(directory.path(of: "x") == path + "/x")
        #expect(log.lines.isEmpty)
    }

    @Test func `a directory without the lock holds nothing`() throws {
        _ = try open(exclusively: false)
        #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
    }

    @Test(arguments: [0o755, 0o777, 0o710, 0o701])
    func `a directory that others could enter is tightened with a warning`(_ mode: Int) throws {
        try FileMode.makeDirectory(path, mode)
        _ = try open()
        #expect(try FileMode.of(path) == 0o700)
        #expect(log.lines.count == 1)
        #expect(log.lines.first?.contains(String(mode, radix: 8)) == true)
        _ = try open()
        #expect(log.lines.count == 1)
    }

    @Test func `a link to a directory is followed`() throws {
        try FileMode.makeDirectory(parent.path + "/real", 0o700)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "real")
        _ = try open()
        #expect(access(parent.path + "/real/lock", F_OK) == 0)
    }

    @Test func `what is no directory is refused`() throws {
        let file = try parent.file("file", "")
        #expect(reason(file) == "Not a directory")
        #expect(reason(file + "/data") == "Not a directory")
        #expect(reason(parent.path + "/none/data") == "the parent directory does not exist")
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "nowhere")
        #expect(reason() == "No such file or directory")
        #expect(reason("/proc/self/data")?.isEmpty == false)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a directory away"))
    func `a directory of somebody else is refused and not changed`() throws {
        try FileMode.makeDirectory(path, 0o755)
        #expect(chown(path, 12_345, 12_345) == 0)
        #expect(reason() == "belongs to user id 12345, not to 0 as whom wxgate runs")
        #expect(try FileMode.of(path) == 0o755)
    }

    @Test func `a second owner is told to wait until the first is gone`() throws {
        var first: DataDirectory? = try open()
        #expect(
            throws: StartFault(.temporary, .dataDirectory, path, "another process uses this directory")
        ) { try open() }
        withExtendedLifetime(first) {}
        first = nil
        _ = try open()
    }

    @Test func `a directory that is only read for keys minds no lock`() throws {
        let first = try open()
        _ = try open(exclusively: false)
        withExtendedLifetime(first) {}
    }

    @Test func `a lock file that is a link or a directory is refused`() throws {
        try FileMode.makeDirectory(path, 0o700)
        try FileManager.default.createSymbolicLink(atPath: path + "/lock", withDestinationPath: "../victim")
        #expect(reason()?.hasPrefix("lock: ") == true)
        #expect(access(parent.path + "/victim", F_OK) != 0)
        unlink(path + "/lock")
        try FileMode.makeDirectory(path + "/lock", 0o700)
        #expect(reason()?.hasPrefix("lock: ") == true)
    }
}
