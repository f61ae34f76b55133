internal import HTTP
internal import HTTPServer

/// `GET /api/v1/qr/:ticket/status` (contract section 4).
struct QRStatusRoute {
    /// Seconds; below the usual 75 s for which proxies and browsers leave a silent request alone.
    private static let waitMax: UInt64 = 60
    private static let statusLengthMax = 16

    let access: QRPollAccess

    func respond(to request: Request, ticket name: Substring) async throws -> Answer {
        // First: a foreign page learns nothing, not even whether a ticket is.
        try access.checkOrigin(request)
        let members = try RequestMembers(query: request.query)
        let wait = try Self.wait(members)
        let seen = try Self.seen(members)
        let ticket = try await access.ticket(name, for: request)
        let poll = TicketPoll(
            ticket,
            polls: access.polls,
            client: access.client(of: request),
            isSecure: access.isSecure(request),
            seen: seen,
            waitSeconds: wait
        )
        return try await poll.begin()
    }

    private static func wait(_ members: RequestMembers) throws(GatewayError) -> UInt64 {
        guard let text = try members.text("wait", lengthMax: 2) else { return 0 }
        // Digits only: Int takes a sign as well.
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let wait = UInt64(text), wait <= waitMax else {
            throw .invalidRequest("wait is not a whole number of seconds from 0 to \(waitMax).")
        }
        return wait
    }

    private static func seen(_ members: RequestMembers) throws(GatewayError) -> QRStatus? {
        guard let text = try members.text("seen", lengthMax: statusLengthMax) else { return nil }
        guard let status = QRStatus(rawValue: text) else {
            throw .invalidRequest("seen is none of \(QRStatus.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return status
    }
}
