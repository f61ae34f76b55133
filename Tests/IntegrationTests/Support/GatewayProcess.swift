import Foundation
import Glibc
import Testing
import WeChatSimulator

/// wxgate as an operator starts it, on free ports, in a directory of the test's own.
final class GatewayProcess: Sendable {
    let command: Command
    let port: UInt16
    let adminPort: UInt16?
    /// What it had written when it listened.
    let log: String
    private let directory: WorkingDirectory

    /// Starts it and waits until it listens.
    ///
    /// - Parameters:
    ///   - environment: what differs from `environment(weChatPort:)`.
    ///   - shell: what a shell does before it becomes the gateway: `umask 0`.
    init(
        in directory: WorkingDirectory,
        _ environment: [String: String] = [:],
        weChatPort: UInt16,
        shell: String? = nil
    ) throws {
        self.directory = directory
        command = try Self.start(in: directory, environment, weChatPort: weChatPort, shell: shell)
        var log = try command.read(until: "listening", fromErrors: true)
        while !log.hasSuffix("\n"), let more = command.read(fromErrors: true) { log += more }
        self.log = log
        port = try #require(Self.port(of: "address", in: log), "\(log)")
        adminPort = Self.port(of: "admin", in: log)
    }

    /// Starts it and does not wait.
    static func start(
        in directory: WorkingDirectory,
        _ environment: [String: String] = [:],
        weChatPort: UInt16 = 1,
        arguments: [String] = [],
        shell: String? = nil
    ) throws -> Command {
        let all = self.environment(weChatPort: weChatPort).merging(environment) { $1 }
        let product = try Command.product("wxgate")
        guard let shell else {
            return try Command(product, arguments, environment: all, directory: directory.path)
        }
        let script = "\(shell); exec '\(product)'"
        return try Command("/bin/sh", ["-c", script], environment: all, directory: directory.path)
    }

    static func environment(weChatPort: UInt16) -> [String: String] {
        [
            "PATH": "/usr/bin:/bin", "WXGATE_LISTEN": "127.0.0.1:0", "WXGATE_ADMIN_LISTEN": "127.0.0.1:0",
            "WXGATE_LOOPS": "2", "WXGATE_SITE": "Shop", "WXGATE_APPID": DefaultApp.appid,
            "WXGATE_SECRET": DefaultApp.secret,
            "WXGATE_WECHAT_URLS": "http://127.0.0.1:\(weChatPort)", "WXGATE_LOG_FORMAT": "json",
            "WXGATE_LOG_LEVEL": "trace",
            // Above what a machine allows there would be a warning about it.
            "WXGATE_MAX_CONNECTIONS": "200",
        ]
    }

    private static func port(of member: String, in log: String) -> UInt16? {
        log.components(separatedBy: "\"\(member)\":\"127.0.0.1:").dropFirst().last.flatMap {
            UInt16($0.prefix { $0.isNumber })
        }
    }
}

/// wxsim as an operator starts it, on a free port.
final class SimulatorProcess: Sendable {
    let command: Command
    let port: UInt16

    init(_ arguments: [String] = []) throws {
        command = try Command(try Command.product("wxsim"), ["--listen", "127.0.0.1:0"] + arguments)
        let text = try command.read(until: "\n")
        let rest = try #require(text.components(separatedBy: "127.0.0.1:").last)
        port = try #require(UInt16(rest.prefix { $0.isNumber }))
    }

    /// A fresh code of a new user.
    func code() throws -> String {
        try KeepAliveClient(port: port).post("/sim/login", json: "{}").string("code")
    }
}

/// Both programs, the gateway with a directory of its own.
struct ProgramPair: Sendable {
    let simulator: SimulatorProcess
    let gateway: GatewayProcess

    init(
        _ environment: [String: String] = [:],
        descriptors: Int? = nil,
        simulator arguments: [String] = []
    ) throws {
        simulator = try SimulatorProcess(arguments)
        gateway = try GatewayProcess(
            in: try WorkingDirectory(),
            environment,
            weChatPort: simulator.port,
            shell: descriptors.map { "ulimit -n \($0)" }
        )
    }
}

extension Command {
    /// Ends a program by its signal and expects that it went in order; what it wrote to standard error.
    @discardableResult
    func endInOrder(by number: Int32 = SIGTERM, sourceLocation: SourceLocation = #_sourceLocation) -> String {
        signal(number)
        let result = finish()
        #expect(result.status == 0, "\(result.errors)", sourceLocation: sourceLocation)
        return result.errors
    }
}
