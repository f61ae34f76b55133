internal import HTTP
internal import HTTPServer

/// Who may follow a ticket, and for whom that counts: the same for status and events.
struct QRPollAccess {
    /// The secret of the asking browser, in a header; a page elsewhere has no cookie of ours.
    static let secretField = "x-qr-secret"

    let polls: ParkedPolls
    /// Throws `forbidden` for a page that may not.
    let checkOrigin: (Request) throws(GatewayError) -> Void
    /// The client's address, for limits.
    let address: (Request) -> AddressKey
    /// Whether the request came by https.
    let isSecure: (Request) -> Bool

    /// The ticket of the path, for whoever holds its secret.
    ///
    /// - Throws: `qrExpired` also for what cannot be a ticket; `forbidden` for a wrong or missing secret.
    func ticket(_ name: Substring, for request: Request) async throws(GatewayError) -> QRTicketID {
        guard let ticket = QRTicketID(name) else { throw .qrExpired }
        try await polls.follower.authorize(ticket, secret: Self.secret(of: request))
        return ticket
    }

    func client(of request: Request) -> AddressKey? { polls.client(address(request)) }

    /// The header, else the cookie: one is set on purpose, the other goes along. nil when there is none, and for several
    /// that differ: a neighbour of the host may plant a second cookie, and nothing tells which is the browser's own.
    static func secret(of request: Request) -> QRSecret? {
        let given = request.headers.all(secretField)
        let secrets = given.isEmpty ? request.headers.cookies(named: WebCookies.ticketName) : given
        guard let secret = secrets.first, secrets.allSatisfy({ $0 == secret }) else { return nil }
        return QRSecret(secret)
    }
}
