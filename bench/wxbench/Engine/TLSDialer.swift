import OpenSSL
import UV

/// Connects with TLS; the certificate is verified as by any client.
final class TLSDialer: Dialer {
    let context: TLSContext
    let host: String
    /// Of the latest connection: most clients come back, and so resume.
    var ticket: TLSTicket?

    private let target: SocketAddress
    private let sources: [SocketAddress]
    private let loop: EventLoop

    init(
        to target: SocketAddress,
        host: String,
        caFile: String?,
        from sources: [SocketAddress],
        on loop: EventLoop
    ) throws(OpenSSLError) {
        context = try TLSContext.client(caFile: caFile)
        self.host = host
        self.target = target
        self.sources = sources
        self.loop = loop
    }

    func dial(_ number: Int, owner: any LinkOwner) -> any Link {
        let link = TLSLink(self, owner: owner)
        let source = sources.isEmpty ? nil : sources[number % sources.count]
        link.carrier = PlainLink(to: target, from: source, owner: link, on: loop)
        return link
    }
}
