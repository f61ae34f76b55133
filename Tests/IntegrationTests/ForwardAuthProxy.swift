import Foundation
import Glibc
import TestSupport
import Testing

/// A proxy that nobody here wrote, run as a process with the very file that deploy/ gives users.
final class ForwardAuthProxy: Sendable {
    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case nginx, caddy
        var testDescription: String { rawValue }
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let port: UInt16
    private let process: Command
    private let directory: String

    /// Starts it between clients and these two; returns when it takes connections.
    init(_ kind: Kind, gateway: UInt16, backend: UInt16) throws {
        port = try ForwardAuthProxy.freePort()
        directory = FileManager.default.temporaryDirectory.appending(path: "wxgate-\(UUID().uuidString)")
            .path(percentEncoded: false)
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        process =
            switch kind {
            case .nginx: try ForwardAuthProxy.nginx(in: directory, port: port, gateway: gateway, backend: backend)
            case .caddy: try ForwardAuthProxy.caddy(in: directory, port: port, gateway: gateway, backend: backend)
            }
        for _ in 0..<1_000 {
            if (try? RawClient(port: port)) != nil { return }
            usleep(10_000)
        }
        process.signal(SIGKILL)
        throw Failure(description: "\(kind) did not start: \(process.finish().errors)")
    }

    /// Ends it, and waits for the end.
    func stop() {
        // It has one process and nothing to lose, and was started with SIGTERM blocked, which nginx leaves so.
        process.signal(SIGKILL)
        _ = process.finish()
        try? FileManager.default.removeItem(atPath: directory)
    }

    private static func deployed(_ path: String) throws -> (file: String, text: String) {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../deploy/\(path)")
            .standardized
        return (file.path(percentEncoded: false), try String(contentsOf: file, encoding: .utf8))
    }

    private static func nginx(in directory: String, port: UInt16, gateway: UInt16, backend: UInt16) throws -> Command {
        // Debian keeps it where the PATH of a user does not lead.
        let executable = try (try? Command.found("nginx")) ?? Command.found("nginx", in: "/usr/sbin:/usr/local/sbin")
        var text = try deployed("nginx/wxgate.conf").text
        for (address, actual) in [("127.0.0.1:8080;", gateway), ("127.0.0.1:3000;", backend), ("127.0.0.1:80;", port)] {
            guard text.components(separatedBy: address).count == 2 else {
                throw Failure(description: "\(address) is not once in deploy/nginx/wxgate.conf")
            }
            text = text.replacing(address, with: "127.0.0.1:\(actual);")
        }
        try text.write(toFile: "\(directory)/wxgate.conf", atomically: false, encoding: .utf8)
        let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map { "\($0)_temp_path \(directory)/\($0);" }.joined(separator: "\n")
        let main = """
            daemon off;
            # One process, which runs as whoever runs the tests.
            master_process off;
            pid \(directory)/pid;
            events { }
            http {
            access_log off;
            \(paths)
            include \(directory)/wxgate.conf;
            }
            """
        try main.write(toFile: "\(directory)/nginx.conf", atomically: false, encoding: .utf8)
        return try Command(executable, ["-p", directory, "-c", "\(directory)/nginx.conf", "-e", "\(directory)/errors"])
    }

    private static func caddy(in directory: String, port: UInt16, gateway: UInt16, backend: UInt16) throws -> Command {
        let main = """
            {
            admin off
            auto_https off
            default_bind 127.0.0.1
            }
            import \(try deployed("caddy/Caddyfile").file)
            """
        try main.write(toFile: "\(directory)/Caddyfile", atomically: false, encoding: .utf8)
        let environment = [
            "HOME": directory, "XDG_DATA_HOME": directory, "XDG_CONFIG_HOME": directory,
            "SITE": "http://:\(port)", "WXGATE": "127.0.0.1:\(gateway)", "BACKEND": "127.0.0.1:\(backend)",
        ]
        let arguments = ["run", "--adapter", "caddyfile", "--config", "\(directory)/Caddyfile"]
        return try Command(Command.found("caddy"), arguments, environment: environment)
    }

    /// A port of the loopback address that was free a moment ago, and that no other socket gets by chance soon: the
    /// kernel hands them out in no order.
    static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
            }
        }
        guard status == 0 else { throw Failure(description: "no free port: errno \(errno)") }
        return UInt16(bigEndian: address.sin_port)
    }
}
