internal import OpenSSL

/// Makes the sessions of confirmed logins: one a ticket, however many browsers ask at once. One a loop.
///
/// Whoever begins a claim by compare-and-set makes the session; the others wait for the ticket's change. A claim goes on
/// when its client hangs up: who asks again within the claim window gets its login.
final class QRClaims {
    /// How often somebody else's change is looked at; as in ``QRTickets``.
    private static let triesMax = 8
    /// After which a claim makes no session any more, half of its lease: one made after somebody else has taken over would
    /// end his (one web session a user is the default), and the other half is left to the store of sessions.
    private static let lateMilliseconds = QRTicketStateMachine.claimLeaseMilliseconds / 2

    private let tickets: QRTickets
    private let users: any UserStore
    private let sessions: SessionService
    private let records: RecordCipher
    private let clock: WallClock
    private let random = SecureRandom()

    init(
        tickets: QRTickets,
        users: any UserStore,
        sessions: SessionService,
        records: RecordCipher,
        clock: WallClock
    ) {
        self.tickets = tickets
        self.users = users
        self.sessions = sessions
        self.records = records
        self.clock = clock
    }

    /// What a browser with the right secret gets now; claims what can be claimed.
    ///
    /// - Returns: the answer without a profile, and the phone that scanned.
    /// - Throws: `qrExpired` for a forgotten ticket, or when the session that confirmed is over; errors of the stores.
    func poll(_ id: QRTicketID) async throws(GatewayError) -> (QRPollAnswer, QRScanner?) {
        for _ in 0..<Self.triesMax {
            guard let found = try await tickets.ticket(id) else { throw .qrExpired }
            let life = found.ticket.life
            let now = clock.milliseconds
            let remaining = life.remaining(now: now)
            switch life.poll(now: now) {
            case .gone: throw .qrExpired
            case .status(let status):
                return (.status(status, remainingMilliseconds: remaining, profile: nil), life.scan?.scanner)
            case .claiming: return (.claiming(remainingMilliseconds: remaining), life.scan?.scanner)
            case .login(let sealed):
                guard let user = life.scan?.scanner.user, let login = try open(sealed, of: user) else {
                    return (.status(.claimed, remainingMilliseconds: 0, profile: nil), nil)
                }
                return (.login(login, remainingMilliseconds: 0), nil)
            case .claimable(let scan):
                guard let claim = try await begin(found, now: now) else { continue }
                guard let login = try await make(claim, since: now, of: scan.scanner, found.ticket.id) else {
                    continue
                }
                return (.login(login, remainingMilliseconds: 0), nil)
            }
        }
        throw .overloaded("This login is changed too often.", retryAfter: 1)
    }

    /// Says that the session is made here. Nobody is told: to who waits nothing has changed.
    ///
    /// - Returns: the claim's id; nil when somebody else was faster.
    private func begin(_ found: StoredQRTicket, now: Int64) async throws(GatewayError) -> UInt64? {
        let bytes = try GatewayError.ofLibrary { () throws(OpenSSLError) in try random.bytes(8) }
        let claim = bytes.reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        var ticket = found.ticket
        guard ticket.life.beginClaim(claim, now: now),
            try await tickets.replace(ticket, version: found.version)
        else { return nil }
        return claim
    }

    /// Makes the session and puts its reply into the ticket.
    ///
    /// - Returns: nil when the claim took too long, was taken over, or the ticket's time was over: then no session is
    ///   left of this one.
    private func make(
        _ claim: UInt64,
        since: Int64,
        of scanner: QRScanner,
        _ id: QRTicketID
    ) async throws(GatewayError) -> ClaimedLogin? {
        var issued: IssuedToken?
        do throws(GatewayError) {
            guard let (opened, login) = try await openSession(of: scanner, since: since, told: &issued) else {
                try await giveBack(claim, id, isScannerGone: false)
                return nil
            }
            if try await finish(claim, id, of: scanner.user, login) { return login }
            try await sessions.withdraw(opened)
            return nil
        } catch {
            // What fails here fails as the claim did, and is repaired by the claim's lease and the session's own end.
            if let issued { try? await sessions.withdraw(issued) }
            try? await giveBack(claim, id, isScannerGone: error.isExpiry)
            throw error
        }
    }

    /// - Parameter issued: is told as soon as there is a session that may have to be taken back.
    /// - Returns: nil when it is too late for a session.
    /// - Throws: `qrExpired` when the scanner's session is over: whoever ended it, or erased its user, meant this login too.
    private func openSession(
        of scanner: QRScanner,
        since: Int64,
        told issued: inout IssuedToken?
    ) async throws(GatewayError) -> (IssuedToken, ClaimedLogin)? {
        let user = try await present(scanner)
        guard clock.milliseconds - since < Self.lateMilliseconds else { return nil }
        let opened = try await sessions.open(for: user.key, identity: user.identity, channel: .web, device: nil)
        issued = opened
        // Ended meanwhile, its end may have come before this session's beginning.
        _ = try await present(scanner)
        let reply = LoginReply(token: opened.token, isNew: false, user: user, expiresIn: opened.expiresIn)
        return (opened, ClaimedLogin(token: opened.token, expiresIn: opened.expiresIn, reply: reply.json()))
    }

    private func present(_ scanner: QRScanner) async throws(GatewayError) -> User {
        let user = try await StoreError.ask { () throws(StoreError) in try await users.user(scanner.user) }
        guard let user, try await sessions.isLive(scanner.sid, of: scanner.user) else { throw .qrExpired }
        return user
    }

    private func finish(
        _ claim: UInt64,
        _ id: QRTicketID,
        of user: User.Key,
        _ login: ClaimedLogin
    ) async throws(GatewayError) -> Bool {
        let row = login.encoded()
        let sealed = try GatewayError.ofLibrary { () throws(OpenSSLError) in
            try records.seal(row.span, for: .claim, of: user)
        }
        // Forgotten in the meantime: the store, or this machine, was away for a minute.
        guard let found = try await tickets.ticket(id) else { return false }
        return try await tickets.change(found) { life, now throws(GatewayError) in
            life.finishClaim(claim, reply: sealed, now: now)
        }
    }

    private func giveBack(_ claim: UInt64, _ id: QRTicketID, isScannerGone: Bool) async throws(GatewayError) {
        guard let found = try await tickets.ticket(id) else { return }
        _ = try await tickets.change(found) { life, now throws(GatewayError) in
            isScannerGone ? life.cancelClaim(claim, now: now) : life.abandonClaim(claim)
        }
    }

    /// The login of a moment ago; nil when the data key is gone that sealed it.
    private func open(_ sealed: SealedRecord, of user: User.Key) throws(GatewayError) -> ClaimedLogin? {
        let row = try GatewayError.ofLibrary { () throws(OpenSSLError) in
            try records.open(sealed, for: .claim, of: user)
        }
        return row.flatMap { ClaimedLogin(encoded: $0) }
    }
}

extension GatewayError {
    fileprivate var isExpiry: Bool { if case .qrExpired = self { true } else { false } }
}
