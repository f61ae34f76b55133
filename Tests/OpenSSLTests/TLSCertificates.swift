import Glibc
import TestSupport

/// Certificates made once for a test run by the openssl command, in a directory of their own: an authority, one that
/// nobody trusts, and servers.
final class TLSCertificates: Sendable {
    /// Nil when they could not be made.
    static let shared = try? TLSCertificates()

    /// Where the files are; they go when the process ends.
    let directory: String

    private init() throws {
        var template = Array("/tmp/openssl-tls-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw NoDirectory() }
        directory = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        let new = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
        let signed = "\(new) -CA ca.pem -CAkey ca.key -addext basicConstraints=critical,CA:FALSE"
        let names = "subjectAltName=DNS:api.test,DNS:*.wild.test,DNS:par*.partial.test,IP:127.0.0.1,IP:::1"
        try ChildProcess.run(
            shell: """
                sh -e -c 'cd \(directory)
                \(new) -subj /CN=authority -keyout ca.key -out ca.pem
                \(new) -subj /CN=stranger -keyout stranger.key -out stranger.pem
                \(signed) -subj /CN=right -addext \(names) -keyout right.key -out right.pem
                \(signed) -subj /CN=api.test -keyout common.key -out common.pem
                \(new) -subj /CN=api.test -addext subjectAltName=DNS:api.test -keyout self.key -out self.pem
                openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=expired -addext \
                subjectAltName=DNS:api.test -keyout expired.key -out expired.csr
                openssl x509 -req -in expired.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days -1 \
                -copy_extensions copy -out expired.pem
                ' 2>/dev/null
                """
        )
        Self.directoryAtExit.withLock { $0 = directory }
        atexit {
            let directory = TLSCertificates.directoryAtExit.withLock { $0 }
            try? ChildProcess.run(shell: "rm -rf \(directory)")
        }
    }

    private struct NoDirectory: Error {}

    private static let directoryAtExit = Locked("")

    func certificate(_ name: String) -> String { "\(directory)/\(name).pem" }
    func key(_ name: String) -> String { "\(directory)/\(name).key" }
}
