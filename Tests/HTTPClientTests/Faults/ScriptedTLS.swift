import OpenSSL
import TestSupport

/// The server's end of TLS for a ``ScriptedConnection``, which says byte by byte what goes over the socket.
final class ScriptedTLS {
    /// What a server shows.
    struct Certificate: Sendable {
        let file: String
        let keyFile: String

        /// One of the fixture's: `right`, `wrong` (another host's) or `expired`.
        init(_ name: String, of fixture: TLSFixture) {
            file = "\(fixture.directory)/\(name).pem"
            keyFile = "\(fixture.directory)/\(name).key"
        }
    }

    private let session: TLSSession
    private var step = TLSSession.Step.incomplete

    init?(_ certificate: Certificate) {
        guard
            let context = try? TLSContext.server(certificateFile: certificate.file, keyFile: certificate.keyFile),
            let session = try? TLSSession.server(context)
        else { return nil }
        self.session = session
    }

    /// Whether plaintext can be sent.
    var isReady: Bool { step == .complete }

    /// Whether there is nothing more to come.
    var isOver: Bool { step != .complete && step != .incomplete }

    /// What arrived, as plaintext.
    func decrypt(_ ciphertext: [UInt8]) -> [UInt8] {
        var plaintext: [UInt8] = []
        step = session.receive(ciphertext.span.bytes) { bytes in
            bytes.withUnsafeBytes { plaintext += $0 }
        }
        return plaintext
    }

    /// Plaintext as what goes over the socket.
    func encrypt(_ plaintext: [UInt8]) -> [UInt8] {
        var ciphertext: [UInt8] = []
        var rest = plaintext[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(100_000))
            rest = rest.dropFirst(piece.count)
            try? session.send(piece.span.bytes)
            ciphertext += output()
        }
        return ciphertext
    }

    /// close_notify.
    func goodbye() -> [UInt8] {
        session.close()
        return output()
    }

    /// What has to go over the socket now.
    func output() -> [UInt8] {
        var all: [UInt8] = []
        session.drain { bytes in bytes.withUnsafeBytes { all += $0 } }
        return all
    }
}
