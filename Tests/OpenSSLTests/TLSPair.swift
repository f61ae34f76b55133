import COpenSSL
import Testing

@testable import OpenSSL

/// A client and a server that talk to each other in memory.
final class TLSPair {
    let client: TLSSession
    let server: TLSSession
    /// What each end has received.
    private(set) var atClient: [UInt8] = []
    private(set) var atServer: [UInt8] = []
    /// Where each end stands.
    private(set) var clientStep = TLSSession.Step.incomplete
    private(set) var serverStep = TLSSession.Step.incomplete
    /// How many bytes go over at once.
    var pieceBytes = Int.max

    /// The contexts of a server with one of ``TLSCertificates`` and of a client that trusts their authority.
    struct Contexts {
        let client: TLSContext
        let server: TLSContext

        init(certificate: String = "right", trusting authority: String? = "ca", newest: Int32 = TLS1_3_VERSION) throws {
            let files = try #require(TLSCertificates.shared)
            client = try TLSContext.client(caFile: authority.map(files.certificate))
            server = try TLSContext.server(
                certificateFile: files.certificate(certificate),
                keyFile: files.key(certificate)
            )
            try server.setNewestVersion(newest)
        }
    }

    init(_ contexts: Contexts, host: String = "api.test", resuming ticket: TLSTicket? = nil) throws {
        client = try TLSSession.client(contexts.client, host: host, resuming: ticket)
        server = try TLSSession.server(contexts.server)
        clientStep = client.start()
    }

    /// Carries ciphertext to and fro until nobody has any more to say.
    func run() {
        while true {
            let toServer = output(of: client)
            let toClient = output(of: server)
            if toServer.isEmpty && toClient.isEmpty { break }
            deliver(toServer, toServer: true)
            deliver(toClient, toServer: false)
        }
        #expect(ERR_peek_error() == 0, "an error is left in the queue")
    }

    /// Gives bytes to one end, piece by piece.
    func deliver(_ bytes: [UInt8], toServer: Bool) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(pieceBytes))
            rest = rest.dropFirst(piece.count)
            if toServer {
                serverStep = server.receive(piece.span.bytes) { bytes in
                    bytes.withUnsafeBytes { atServer += $0 }
                }
            } else {
                clientStep = client.receive(piece.span.bytes) { bytes in
                    bytes.withUnsafeBytes { atClient += $0 }
                }
            }
        }
    }

    func output(of session: TLSSession) -> [UInt8] {
        var all: [UInt8] = []
        session.drain { bytes in bytes.withUnsafeBytes { all += $0 } }
        return all
    }

    /// Sends text from the client and answers it.
    func exchange() throws {
        try client.send("request")
        run()
        try server.send("reply")
        run()
    }
}

extension TLSSession {
    func send(_ text: String) throws(TLSFailure) { try send(Array(text.utf8)) }
    func send(_ bytes: [UInt8]) throws(TLSFailure) { try send(bytes.span.bytes) }
}

extension [UInt8] {
    var text: String { String(decoding: self, as: UTF8.self) }
}
