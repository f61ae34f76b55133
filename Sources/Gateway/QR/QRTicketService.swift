internal import OpenSSL
internal import UV
internal import WeChat

/// The web logins as browsers and phones see them (contract section 4): new ones, scans, decisions. One a loop.
///
/// What loops must agree on lies in the store, the limits and the counters.
final class QRTicketService {
    private let loop: EventLoop
    private let store: any QRTicketStore
    private let tickets: QRTickets
    private let claims: QRClaims
    private let codes: any QRCodeSource
    private let users: any UserStore
    private let policy: QRPolicy
    private let limits: QRTicketLimits
    private let metrics: QRMetrics
    private let clock: WallClock
    private let random = SecureRandom()
    private let sha256: SHA256

    /// - Throws: `OpenSSLError` when the library has no SHA-256.
    init(
        on loop: EventLoop,
        store: any QRTicketStore,
        changes: QRTicketChanges,
        codes: any QRCodeSource,
        users: any UserStore,
        sessions: SessionService,
        records: RecordCipher,
        policy: QRPolicy,
        limits: QRTicketLimits,
        metrics: QRMetrics,
        clock: WallClock
    ) throws(OpenSSLError) {
        self.loop = loop
        self.store = store
        self.codes = codes
        self.users = users
        self.policy = policy
        self.limits = limits
        self.metrics = metrics
        self.clock = clock
        sha256 = try SHA256()
        tickets = QRTickets(store: store, changes: changes, clock: clock)
        claims = QRClaims(
            tickets: tickets,
            users: users,
            sessions: sessions,
            records: records,
            clock: clock
        )
    }

    // MARK: - The browser

    /// Makes a ticket.
    ///
    /// - Throws: `invalidRequest` for a link where there are none, `rateLimited`, `overloaded` without room, and what the
    ///   source of codes throws.
    func create(_ request: QRTicketRequest) async throws(GatewayError) -> NewQRTicket {
        if request.via == .link, !policy.allowsLinks {
            throw .invalidRequest("via: there are no links here; leave it out, or send code.")
        }
        if let seconds = limits.takeTicket(request.limitAddress, clock.milliseconds) {
            throw refused(.ticketRate, .rateLimited("Too many logins were begun from here.", retryAfter: seconds))
        }
        let (id, secret, digest) = try GatewayError.ofLibrary { () throws(OpenSSLError) in
            let secret = try QRSecret(from: random)
            return (try QRTicketID(from: random), secret, try secret.digest(by: sha256))
        }
        let (scene, carrier) = try await carrier(for: request)
        let now = clock.milliseconds
        let life = request.via == .code ? policy.lifeMilliseconds : policy.linkLifeMilliseconds
        let ticket = QRTicket(
            id: id,
            appID: request.app.id,
            via: request.via,
            scene: scene,
            secret: digest,
            asker: request.asker,
            createdAt: now,
            life: QRTicketStateMachine(expiresAt: now + life)
        )
        let picture: CodePicture? = if case .picture(let picture) = carrier { picture } else { nil }
        let insertion = try await StoreError.ask { () throws(StoreError) in
            try await store.insert(ticket, picture: picture, now: now)
        }
        guard insertion == .inserted else {
            throw refused(.full, .overloaded("Too many logins are under way.", retryAfter: 1))
        }
        return NewQRTicket(ticket: ticket, secret: secret, carrier: carrier, lifeSeconds: Int(life / 1000))
    }

    /// The picture of a ticket that may still be scanned; whoever knows the ticket may see it.
    ///
    /// - Throws: `qrExpired` when there is none, or none any more.
    func picture(of id: QRTicketID) async throws(GatewayError) -> CodePicture {
        let now = clock.milliseconds
        let picture = try await StoreError.ask { () throws(StoreError) in try await store.picture(of: id, now: now) }
        guard let picture else { throw .qrExpired }
        return picture
    }

    private func carrier(for request: QRTicketRequest) async throws(GatewayError) -> (QRScene, NewQRTicket.Carrier) {
        switch request.via {
        case .code:
            let code = try await codes.code(of: request.app, on: loop)
            return (code.scene, .picture(code.picture))
        case .link:
            let scene = try GatewayError.ofLibrary { () throws(OpenSSLError) in try QRScene(from: random) }
            return (scene, .link(try await codes.link(to: scene, of: request.app, on: loop)))
        }
    }

    // MARK: - The phone

    /// A phone has scanned.
    ///
    /// - Throws: `forbidden` for a session of the web, `rateLimited`, `qrExpired`, `qrConflict`, `launchRefused`.
    func scan(_ request: QRScanRequest, by session: CheckedSession) async throws(GatewayError) -> QRScanReply {
        let found = try await ticket(of: request.scene, for: session)
        let ticket = found.ticket
        try requireLaunch(request.launchScene, ticket.via)
        let isSameAddress = QRTicketService.isSame(ticket.asker.address, request.address)
        if ticket.via == .link, isSameAddress != true {
            throw refused(.elsewhere, .forbidden("A link opens a login only where it was asked for."))
        }
        let fresh = try GatewayError.ofLibrary { () throws(OpenSSLError) in try QRNonce(from: random) }
        let scanner = QRScanner(session)
        let nonce = try await change(found) { life, now throws(QRTicketStateMachine.Refusal) in
            try life.scan(by: scanner, nonce: fresh, now: now)
        }
        return QRScanReply(
            nonce: nonce,
            asker: ticket.asker,
            createdAt: ticket.createdAt,
            isSameAddress: isSameAddress
        )
    }

    /// The phone that has scanned says yes.
    ///
    /// - Parameter nonce: as sent, if it was.
    /// - Throws: as ``scan(_:by:)``; `forbidden` for any other phone.
    func confirm(_ scene: String, nonce: String?, by session: CheckedSession) async throws(GatewayError) {
        try await decide(scene, nonce, session) { life, scanner, nonce, now throws(QRTicketStateMachine.Refusal) in
            try life.confirm(by: scanner, nonce: nonce, now: now)
        }
    }

    /// The phone that has scanned says no. As ``confirm(_:nonce:by:)``.
    func cancel(_ scene: String, nonce: String?, by session: CheckedSession) async throws(GatewayError) {
        try await decide(scene, nonce, session) { life, scanner, nonce, now throws(QRTicketStateMachine.Refusal) in
            try life.cancel(by: scanner, nonce: nonce, now: now)
        }
    }

    private func decide(
        _ scene: String,
        _ nonce: String?,
        _ session: CheckedSession,
        _ decision: (inout QRTicketStateMachine, QRScanner, QRNonce?, Int64) throws(QRTicketStateMachine.Refusal) ->
            Void
    ) async throws(GatewayError) {
        let scanner = QRScanner(session)
        let nonce = nonce.flatMap { QRNonce($0) }
        let found = try await ticket(of: scene, for: session)
        try await change(found) { life, now throws(QRTicketStateMachine.Refusal) in
            try decision(&life, scanner, nonce, now)
        }
    }

    /// The ticket of a scene that a phone has sent; a wrong scene counts against its user, and who has sent too many gets
    /// no answer about right ones either.
    private func ticket(of text: String, for session: CheckedSession) async throws(GatewayError) -> StoredQRTicket {
        guard session.session.channel == .mini else {
            throw .forbidden("Only a session of the mini-program decides about logins.")
        }
        if let seconds = limits.isOutOfScenes(session.user, clock.milliseconds) { throw tooManyScenes(seconds) }
        if let scene = QRScene(text), let found = try await tickets.ticket(of: scene),
            found.ticket.appID == session.user.appID
        {
            return found
        }
        if let seconds = limits.takeWrongScene(session.user, clock.milliseconds) { throw tooManyScenes(seconds) }
        throw refused(.wrongScene, .qrExpired)
    }

    private func tooManyScenes(_ seconds: Int) -> GatewayError {
        refused(.sceneRate, .rateLimited("Too many wrong codes.", retryAfter: seconds))
    }

    private func requireLaunch(_ scene: Int?, _ via: QRTicket.Via) throws(GatewayError) {
        guard let scene else { return metrics.scannedWithoutLaunchScene() }
        if via == .link, QRTicketService.linkLaunchScenes.contains(scene) { return }
        if policy.refusedLaunchScenes.contains(scene) { throw refused(.launch, .launchRefused) }
    }

    /// How WeChat says that a mini-program was opened by a URL scheme or a URL link (contract section 7).
    private static let linkLaunchScenes: Set<Int> = [1065, 1194]

    private static func isSame(_ one: String?, _ other: String?) -> Bool? {
        guard let one, let other else { return nil }
        return one == other
    }

    private func change<Outcome>(
        _ found: StoredQRTicket,
        _ transition: (inout QRTicketStateMachine, Int64) throws(QRTicketStateMachine.Refusal) -> Outcome
    ) async throws(GatewayError) -> Outcome {
        try await tickets.change(found) { life, now throws(GatewayError) in
            do throws(QRTicketStateMachine.Refusal) {
                return try transition(&life, now)
            } catch {
                throw refused(error.counted, error.error)
            }
        }
    }

    private func refused(_ reason: QRRefusal, _ error: GatewayError) -> GatewayError {
        metrics.refused(reason)
        return error
    }
}

extension QRTicketService: QRTicketFollower {
    func authorize(_ id: QRTicketID, secret: QRSecret?) async throws(GatewayError) {
        guard let found = try await tickets.ticket(id) else { throw .qrExpired }
        let kept = found.ticket.secret
        let isRight = try GatewayError.ofLibrary { () throws(OpenSSLError) in
            try secret?.matches(kept, by: sha256) ?? false
        }
        guard isRight else { throw refused(.secret, .forbidden("This is not the secret of this login.")) }
    }

    func poll(_ id: QRTicketID) async throws(GatewayError) -> QRPollAnswer {
        let (answer, scanner) = try await claims.poll(id)
        guard case .status(.scanned, let remaining, _) = answer, let scanner else { return answer }
        return .status(.scanned, remainingMilliseconds: remaining, profile: await profile(of: scanner))
    }

    /// Nickname and picture are an ornament: a store that does not answer now keeps nobody from his login.
    private func profile(of scanner: QRScanner) async -> UserProfile? {
        do throws(StoreError) {
            return try await users.user(scanner.user)?.profile
        } catch {
            return nil
        }
    }
}

extension QRScanner {
    /// The phone behind a session.
    init(_ session: CheckedSession) {
        self.init(user: session.user, sid: session.session.sid)
    }
}
