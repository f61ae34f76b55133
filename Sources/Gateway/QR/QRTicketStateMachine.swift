/// The life of one web login: created, scanned, confirmed, claimed; or cancelled, or expired.
///
/// A value: no I/O, no clock (`now` and every other time is Unix milliseconds), no task. It decides who may do what; that
/// only one of two simultaneous callers gets his way is the store's compare-and-set (`QRTicketStore`). Each call is
/// idempotent for its rightful caller: a phone or browser whose reply was lost asks again.
public struct QRTicketStateMachine: Equatable, Sendable {
    /// Where a ticket is; that it has expired follows from the time alone.
    public enum State: Equatable, Sendable {
        case created
        case scanned(Scan)
        /// With the claim under way, if there is one.
        case confirmed(Scan, Claim?)
        case claimed(Scan, Claimed)
        case cancelled(Scan, at: Int64)
    }

    /// A first scan.
    public struct Scan: Equatable, Sendable {
        /// The phone.
        public let scanner: QRScanner
        /// What it was given.
        public let nonce: QRNonce
    }

    /// Somebody makes the session.
    public struct Claim: Equatable, Sendable {
        /// Tells one claim from another.
        let id: UInt64
        let since: Int64
    }

    /// The login, made.
    public struct Claimed: Equatable, Sendable {
        /// For the browser that lost its reply.
        public let reply: SealedRecord
        let at: Int64
    }

    /// Why a call is refused.
    public enum Refusal: Error, Equatable, Sendable {
        /// The ticket's time is over, or it is not even remembered.
        case expired
        /// Another phone was first.
        case scannedByAnother
        /// Nobody has scanned yet.
        case notScanned
        /// Confirmed or cancelled already, and not so by this call.
        case finished
        /// Another session, or not its nonce.
        case notTheScanner
    }

    /// What a browser that shows the right secret gets.
    public enum Poll: Equatable, Sendable {
        /// Nothing but the status.
        case status(QRStatus)
        /// Confirmed, and nobody makes the session yet.
        case claimable(Scan)
        /// Confirmed, and somebody makes the session: wait.
        case claiming
        /// The login, made within the claim window.
        case login(SealedRecord)
        /// Forgotten.
        case gone
    }

    /// What a first scan adds to a ticket's life: time to read what is confirmed.
    public static let scanMilliseconds: Int64 = 60_000
    /// What a confirm leaves at least: a browser that was asleep, or polls now and then, still gets its login.
    static let confirmedMilliseconds: Int64 = 15_000
    /// How long the same secret gets the same login again (contract section 4).
    static let claimWindowMilliseconds: Int64 = 15_000
    /// After which a claim's maker is taken for dead. Above every store's time-out.
    static let claimLeaseMilliseconds: Int64 = 5_000
    /// How long an ended ticket is remembered (contract section 4).
    static let memoryMilliseconds: Int64 = 60_000

    /// Where the ticket is.
    public private(set) var state = State.created
    /// When it expires unless it is claimed, or its claim begun, or it is cancelled before.
    public private(set) var expiresAt: Int64

    /// A new ticket.
    public init(expiresAt: Int64) {
        self.expiresAt = expiresAt
    }

    // MARK: - What it is

    /// How the ticket stands.
    public func status(now: Int64) -> QRStatus {
        switch state {
        case .claimed: .claimed
        case .cancelled: .cancelled
        case .created: isOver(now) ? .expired : .pending
        case .scanned: isOver(now) ? .expired : .scanned
        case .confirmed: isOver(now) ? .expired : .confirmed
        }
    }

    /// When it ends or has ended, if nothing more happens.
    ///
    /// A claim that was begun in time has its whole lease: nobody is told that a login has expired which is just being
    /// made. That adds the lease once, for no claim begins after ``expiresAt``.
    public var endsAt: Int64 {
        switch state {
        case .claimed(_, let claimed): claimed.at
        case .cancelled(_, let at): at
        case .confirmed(_, let claim?): max(expiresAt, claim.since + Self.claimLeaseMilliseconds)
        case .created, .scanned, .confirmed(_, nil): expiresAt
        }
    }

    /// From when on it is not remembered.
    public var forgottenAt: Int64 { endsAt + Self.memoryMilliseconds }

    /// Milliseconds that are left, not less than 0; none once it has ended.
    public func remaining(now: Int64) -> Int64 {
        status(now: now).isFinal ? 0 : max(0, expiresAt - now)
    }

    /// The phone that scanned.
    public var scan: Scan? {
        switch state {
        case .created: nil
        case .scanned(let scan), .confirmed(let scan, _), .claimed(let scan, _), .cancelled(let scan, _): scan
        }
    }

    // MARK: - The phone

    /// A phone scans.
    ///
    /// - Parameter nonce: for a first scan; nobody gets it otherwise.
    /// - Returns: the nonce that the phone has to show later on.
    public mutating func scan(by scanner: QRScanner, nonce: QRNonce, now: Int64) throws(Refusal) -> QRNonce {
        try requireLife(now)
        switch state {
        case .created:
            state = .scanned(Scan(scanner: scanner, nonce: nonce))
            expiresAt += Self.scanMilliseconds
            return nonce
        case .scanned(let scan):
            guard scan.scanner == scanner else { throw .scannedByAnother }
            return scan.nonce
        case .confirmed(let scan, _), .claimed(let scan, _), .cancelled(let scan, _):
            throw scan.scanner == scanner ? .finished : .scannedByAnother
        }
    }

    /// The phone that scanned says yes.
    public mutating func confirm(by scanner: QRScanner, nonce: QRNonce?, now: Int64) throws(Refusal) {
        let scan = try requireScanner(scanner, nonce, now)
        switch state {
        case .scanned:
            state = .confirmed(scan, nil)
            expiresAt = max(expiresAt, now + Self.confirmedMilliseconds)
        case .confirmed, .claimed: break
        case .created, .cancelled: throw .finished
        }
    }

    /// The phone that scanned says no.
    public mutating func cancel(by scanner: QRScanner, nonce: QRNonce?, now: Int64) throws(Refusal) {
        let scan = try requireScanner(scanner, nonce, now)
        switch state {
        case .scanned: state = .cancelled(scan, at: now)
        case .cancelled: break
        case .created, .confirmed, .claimed: throw .finished
        }
    }

    // MARK: - The browser

    /// What a browser with the right secret gets.
    public func poll(now: Int64) -> Poll {
        if now >= forgottenAt { return .gone }
        switch state {
        case .claimed(_, let claimed) where now < claimed.at + Self.claimWindowMilliseconds:
            return .login(claimed.reply)
        case .confirmed(_, let claim?) where now < claim.since + Self.claimLeaseMilliseconds:
            return .claiming
        case .confirmed(let scan, _) where now < expiresAt:
            return .claimable(scan)
        default:
            return .status(status(now: now))
        }
    }

    /// Somebody begins to make the session; false when there is nothing to claim.
    public mutating func beginClaim(_ id: UInt64, now: Int64) -> Bool {
        guard case .claimable(let scan) = poll(now: now) else { return false }
        state = .confirmed(scan, Claim(id: id, since: now))
        return true
    }

    /// The session is made; false when the claim was taken over meanwhile, or took so long that the ticket has expired:
    /// browsers may have been told so.
    public mutating func finishClaim(_ id: UInt64, reply: SealedRecord, now: Int64) -> Bool {
        guard case .confirmed(let scan, let claim?) = state, claim.id == id, !isOver(now) else { return false }
        state = .claimed(scan, Claimed(reply: reply, at: now))
        return true
    }

    /// No session was made: somebody else may try. False when the claim was taken over meanwhile.
    public mutating func abandonClaim(_ id: UInt64) -> Bool {
        guard case .confirmed(let scan, let claim?) = state, claim.id == id else { return false }
        state = .confirmed(scan, nil)
        return true
    }

    /// No session will ever be made: its user is gone. False when the claim was taken over meanwhile.
    public mutating func cancelClaim(_ id: UInt64, now: Int64) -> Bool {
        guard case .confirmed(let scan, let claim?) = state, claim.id == id, !isOver(now) else { return false }
        state = .cancelled(scan, at: now)
        return true
    }

    // MARK: - Rules

    private func isOver(_ now: Int64) -> Bool { now >= endsAt }

    private func requireLife(_ now: Int64) throws(Refusal) {
        if now >= forgottenAt || status(now: now) == .expired { throw .expired }
    }

    private func requireScanner(_ scanner: QRScanner, _ nonce: QRNonce?, _ now: Int64) throws(Refusal) -> Scan {
        try requireLife(now)
        guard let scan else { throw .notScanned }
        guard scan.scanner == scanner, scan.nonce == nonce else { throw .notTheScanner }
        return scan
    }
}
