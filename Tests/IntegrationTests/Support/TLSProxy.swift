import Foundation
import Glibc
import TestSupport

/// nginx that ends TLS before a gateway, with a certificate by an authority of the test run.
final class TLSProxy: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let port: UInt16
    /// Whom clients have to trust, as a file.
    let authority: String
    private let process: Command
    private let directory: String

    /// Starts it; returns when it takes connections.
    init(to gateway: UInt16) throws {
        guard let fixture = TLSFixture.shared else { throw Failure(description: "no certificates") }
        let port = try ForwardAuthProxy.freePort()
        self.port = port
        authority = fixture.authority
        let directory = FileManager.default.temporaryDirectory.appending(path: "wxgate-\(UUID().uuidString)")
            .path(percentEncoded: false)
        self.directory = directory
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map { "\($0)_temp_path \(directory)/\($0);" }.joined(separator: "\n")
        let main = """
            daemon off;
            # One process, which runs as whoever runs the tests.
            master_process off;
            pid \(directory)/pid;
            events { }
            http {
            log_format reuse $ssl_session_reused;
            access_log \(directory)/reuse.log reuse;
            \(paths)
            server {
                listen 127.0.0.1:\(port) ssl;
                ssl_certificate \(fixture.directory)/right.pem; ssl_certificate_key \(fixture.directory)/right.key;
                location / { proxy_pass http://127.0.0.1:\(gateway); proxy_set_header Host $host; }
            }
            }
            """
        try main.write(toFile: "\(directory)/nginx.conf", atomically: false, encoding: .utf8)
        // Debian keeps it where the PATH of a user does not lead.
        let executable = try (try? Command.found("nginx")) ?? Command.found("nginx", in: "/usr/sbin:/usr/local/sbin")
        process = try Command(
            executable,
            ["-p", directory, "-c", "\(directory)/nginx.conf", "-e", "\(directory)/errors"]
        )
        for _ in 0..<1_000 {
            if (try? RawClient(port: port)) != nil { return }
            usleep(10_000)
        }
        process.signal(SIGKILL)
        throw Failure(description: "nginx did not start: \(process.finish().errors)")
    }

    /// A line a request: `r` where its connection resumed a session, `.` where it did not.
    func connections() throws -> [Substring] {
        try String(contentsOfFile: "\(directory)/reuse.log", encoding: .utf8).split(separator: "\n")
    }

    /// Ends it, and waits for the end.
    func stop() {
        process.signal(SIGKILL)
        _ = process.finish()
        try? FileManager.default.removeItem(atPath: directory)
    }
}
