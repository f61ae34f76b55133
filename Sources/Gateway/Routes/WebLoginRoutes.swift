internal import HTTP
internal import HTTPServer
internal import OpenSSL
internal import UV

/// Everything below `/api/v1/qr`, and the parked polls behind it. One a loop.
final class WebLoginRoutes {
    private let tickets: QRTicketRoute
    private let phone: QRPhoneRoute
    private let status: QRStatusRoute
    private let events: QREventsRoute

    /// On the loop.
    ///
    /// - Throws: `OpenSSLError` when the library cannot start.
    init(
        on loop: EventLoop,
        shared: SharedState,
        sessions: SessionService,
        records: RecordCipher,
        origins: OriginPolicy,
        cookies: WebCookies
    ) throws(OpenSSLError) {
        let service = try QRTicketService(
            on: loop,
            store: shared.tickets,
            changes: shared.ticketChanges,
            codes: shared.codes,
            users: shared.users,
            sessions: sessions,
            records: records,
            policy: shared.configuration.qr,
            limits: shared.ticketLimits,
            metrics: shared.ticketMetrics,
            clock: shared.clock
        )
        let polls = ParkedPolls(
            on: loop,
            follower: service,
            changes: shared.ticketChanges,
            limits: shared.pollLimits,
            logger: shared.logger
        ) { login, isSecure in
            let field = cookies.setSession(login.token, expiresIn: login.expiresIn, isSecure: isSecure)
            return field.map { [$0] } ?? []
        }
        let addresses = shared.addresses
        let access = QRPollAccess(
            polls: polls,
            checkOrigin: { request throws(GatewayError) in try origins.requireOwnOrListed(request) },
            address: { addresses.limitKey(of: $0) },
            isSecure: { origins.isSecure($0) }
        )
        tickets = QRTicketRoute(
            apps: shared.apps,
            addresses: addresses,
            service: service,
            site: shared.configuration.web.site,
            listedOrigin: { request throws(GatewayError) in
                if case .listed(let origin) = try origins.requireOwnOrListed(request) { origin } else { nil }
            },
            cookie: { id, secret, lifeSeconds, request in
                cookies.setTicket(id, secret, lifeSeconds: lifeSeconds, isSecure: origins.isSecure(request))
            }
        )
        phone = QRPhoneRoute(sessions: sessions, addresses: addresses, service: service)
        status = QRStatusRoute(access: access)
        events = QREventsRoute(access: access)
    }

    /// Adds them. By GET only what a browser asks for itself: a poll claims, so HEAD is no question about it.
    func add(to router: Router) {
        let (tickets, phone, status, events) = (tickets, phone, status, events)
        router.on(.post, "/api/v1/qr") { try await tickets.create($0) }
        router.get("/api/v1/qr/:ticket/image") { try await tickets.image($0, ticket: $1) }
        router.onParking(.get, "/api/v1/qr/:ticket/status") { try await status.respond(to: $0, ticket: $1) }
        router.onParking(.get, "/api/v1/qr/:ticket/events") { try await events.respond(to: $0, ticket: $1) }
        router.on(.post, "/api/v1/qr/scan") { try await phone.scan($0) }
        router.on(.post, "/api/v1/qr/confirm") { try await phone.confirm($0) }
        router.on(.post, "/api/v1/qr/cancel") { try await phone.cancel($0) }
    }
}
