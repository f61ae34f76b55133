internal import HTTP
internal import HTTPServer

/// `GET /api/v1/qr/:ticket/events`: the status as server-sent events (contract section 4).
///
/// A login that comes as a later event than the first cannot set its cookie; see ``TicketEvents``.
struct QREventsRoute {
    let access: QRPollAccess

    func respond(to request: Request, ticket name: Substring) async throws -> Answer {
        try access.checkOrigin(request)
        let events = TicketEvents(
            try await access.ticket(name, for: request),
            polls: access.polls,
            client: access.client(of: request),
            isSecure: access.isSecure(request)
        )
        return try await events.begin()
    }
}
