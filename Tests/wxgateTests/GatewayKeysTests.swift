import Dispatch
import Foundation
import Gateway
import Glibc
import Synchronization
import Testing

@testable import wxgate

@Suite struct GatewayKeysTests {
    private let parent: TemporaryDirectory
    private let directory: DataDirectory
    private let log = LogRecord()

    init() throws {
        parent = try TemporaryDirectory()
        directory = try DataDirectory(at: parent.path + "/data", exclusively: false, logger: log.logger)
    }

    private func path(_ name: String) -> String { directory.path(of: name) }

    private func names() throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: directory.path))
    }

    private func load(_ changes: [String: String] = [:]) throws -> GatewayKeys {
        try GatewayKeys(SampleEnvironment.settings(changes), in: directory, logger: log.logger)
    }

    private func fault(_ changes: [String: String] = [:]) throws -> StartFault {
        let settings = try SampleEnvironment.settings(changes)
        return try #require(throws: StartFault.self) {
            try GatewayKeys(settings, in: directory, logger: log.logger)
        }
    }

    /// Each line: algorithm, the name of its file.
    private static let algorithms = [
        ("HS256", "token.HS256.key"), ("ES256", "token.ES256.pem"), ("EdDSA", "token.EdDSA.pem"),
    ]

    @Test(arguments: algorithms)
    func `keys are made once, for their owner only, and are the same at the next start`(
        _ algorithm: String,
        _ name: String
    ) throws {
        // What a careless service file may set.
        let before = umask(0)
        defer { umask(before) }
        let first = try load(["WXGATE_TOKEN_ALG": algorithm])
        #expect(try names() == [name, "data.key"])
        for file in try names() { #expect(try FileMode.of(path(file)) == 0o600) }
        let kid = try #require(first.tokens.first?.kid)
        #expect(first.tokens.map(\.algorithm.rawValue) == [algorithm])
        #expect(
            log.lines == [
                "info made a key that signs tokens kid=\(kid) path=\(path(name))",
                "info made a key that encrypts what lies at rest path=\(path("data.key"))",
            ]
        )
        let second = try load(["WXGATE_TOKEN_ALG": algorithm])
        #expect(second.tokens.map(\.kid) == [kid])
        #expect(second.data.map(\.id) == first.data.map(\.id))
        #expect(log.lines.count == 2)
    }

    @Test func `a strict umask takes nothing away that the gateway needs`() throws {
        let before = umask(0o777)
        defer { umask(before) }
        _ = try DataDirectory(at: parent.path + "/strict", exclusively: true, logger: log.logger)
        #expect(try FileMode.of(parent.path + "/strict") == 0o700)
        #expect(try FileMode.of(parent.path + "/strict/lock") == 0o600)
        _ = try load()
        for file in try names() { #expect(try FileMode.of(path(file)) == 0o600) }
    }

    @Test func `each algorithm keeps its own key`() throws {
        let kids = try Self.algorithms.map { try load(["WXGATE_TOKEN_ALG": $0.0]).tokens[0].kid }
        #expect(Set(kids).count == 3)
        #expect(try Self.algorithms.map { try load(["WXGATE_TOKEN_ALG": $0.0]).tokens[0].kid } == kids)
    }

    @Test func `configured keys are used and none is made`() throws {
        let token = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
        let file = try parent.file("token.key", token + "\n")
        let keys = try load(["WXGATE_TOKEN_KEY_FILE": file, "WXGATE_DATA_KEY": token])
        #expect(keys.tokens.count == 1)
        #expect(keys.data.count == 1)
        #expect(try names().isEmpty)
    }

    @Test func `a key that somebody added in front of the made one signs`() throws {
        let made = try load().tokens[0].kid
        let old = try String(contentsOfFile: path("token.HS256.key"), encoding: .utf8)
        let new = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n"
        try Data((new + old).utf8).write(to: URL(filePath: path("token.HS256.key")))
        try FileMode.set(path("token.HS256.key"), 0o600)
        #expect(try load().tokens.map(\.kid) == [SigningKey(Array("01234567890123456789012345678901".utf8)).kid, made])
    }

    @Test func `starts at once end with one key`() throws {
        let settings = try SampleEnvironment.settings()
        for round in 0..<20 {
            let path = parent.path + "/race-\(round)"
            let found = Mutex<[String]>([])
            DispatchQueue.concurrentPerform(iterations: 2) { _ in
                let log = LogRecord()
                do {
                    let directory = try DataDirectory(at: path, exclusively: false, logger: log.logger)
                    let keys = try GatewayKeys(settings, in: directory, logger: log.logger)
                    found.withLock { $0.append("\(keys.tokens.map(\.kid)) \(keys.data.map(\.id))") }
                } catch {
                    found.withLock { $0.append("\(error)") }
                }
            }
            let both = found.withLock { $0 }
            #expect(both.count == 2 && Set(both).count == 1 && both[0].hasPrefix("["), "\(both)")
            #expect(
                Set(try FileManager.default.contentsOfDirectory(atPath: path)) == ["token.HS256.key", "data.key"]
            )
        }
    }

    @Test(arguments: ["token.HS256.key", "data.key"], [0o644, 0o640, 0o666])
    func `a file that others could read is tightened with a warning`(_ name: String, _ mode: Int) throws {
        _ = try load()
        try FileMode.set(path(name), mode)
        _ = try load()
        #expect(try FileMode.of(path(name)) == 0o600)
        let warnings = log.lines.filter { $0.hasPrefix("warning") }
        #expect(warnings.count == 1)
        #expect(warnings.first?.contains(path(name)) == true)
    }

    @Test(arguments: ["token.HS256.key", "token.ES256.pem", "token.EdDSA.pem", "data.key"])
    func `a damaged file stops the start, is not shown and never overwritten`(_ name: String) throws {
        let algorithm = Self.algorithms.first { $0.1 == name }?.0 ?? "HS256"
        _ = try load(["WXGATE_TOKEN_ALG": algorithm])
        let whole = try Data(contentsOf: URL(filePath: path(name)))
        for damaged in [Data(), Data("\n".utf8), whole.prefix(20), Data("recognisable".utf8), Data([0xff, 0x00])] {
            let file = try #require(fopen(path(name), "w"))
            damaged.withUnsafeBytes { _ = fwrite($0.baseAddress, 1, $0.count, file) }
            fclose(file)
            let fault = try fault(["WXGATE_TOKEN_ALG": algorithm])
            #expect(fault.kind == .configuration)
            #expect(fault.subject == path(name))
            #expect(!fault.reason.contains("recognisable"))
            #expect(!fault.reason.contains("\n"))
            #expect(try Data(contentsOf: URL(filePath: path(name))) == damaged)
        }
    }

    @Test func `a link, a pipe or a directory in the place of a key stops the start`() throws {
        let elsewhere = try parent.file("elsewhere", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n")
        try FileManager.default.createSymbolicLink(atPath: path("data.key"), withDestinationPath: elsewhere)
        #expect(try fault().reason == "a symbolic link")
        unlink(path("data.key"))
        try FileManager.default.createSymbolicLink(atPath: path("data.key"), withDestinationPath: "nowhere")
        #expect(try fault().reason == "a symbolic link")
        unlink(path("data.key"))
        #expect(mkfifo(path("data.key"), 0o600) == 0)
        #expect(try fault().reason == "no regular file")
        unlink(path("data.key"))
        try FileMode.makeDirectory(path("data.key"), 0o700)
        #expect(try fault().reason == "no regular file")
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
    func `a key of somebody else stops the start`() throws {
        _ = try load()
        #expect(chown(path("data.key"), 12_345, 12_345) == 0)
        #expect(try fault().reason == "belongs to user id 12345")
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything"))
    func `a key that cannot be read stops the start`() throws {
        _ = try load()
        try FileMode.set(path("data.key"), 0)
        #expect(try fault().reason.hasPrefix("cannot be read: "))
    }

    @Test func `a store whose key is gone is a warning`() throws {
        _ = try load()
        close(creat(path("wxgate.db"), 0o600))
        _ = try load()
        #expect(!log.lines.contains { $0.hasPrefix("warning") })
        unlink(path("data.key"))
        _ = try load()
        #expect(log.lines.last?.hasPrefix("warning there was a store without its key") == true)
    }

    @Test func `keys cannot be printed`() throws {
        let keys = try load()
        let secret = try String(contentsOfFile: path("data.key"), encoding: .utf8).prefix(20)
        var dumped = ""
        dump(keys, to: &dumped)
        #expect(!dumped.contains(secret))
        #expect(!"\(keys)".contains(secret))
        #expect("\(keys)".contains("redacted"))
    }
}
