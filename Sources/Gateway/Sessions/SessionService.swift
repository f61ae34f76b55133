internal import OpenSSL

/// Opens, checks, refreshes and ends sessions. One a loop: signer and random pool are not shared.
public final class SessionService {
    private let store: any SessionStore
    /// The store's sessions, when they lie in memory.
    private let rows: SessionRows?
    private let policy: SessionPolicy
    private let clock: WallClock
    private let tokens: SessionTokens
    private let records: RecordCipher

    /// - Parameters:
    ///   - keys: newest first; the first signs, all verify. Not empty.
    ///   - records: seals the tokens that a refresh gives out.
    /// - Throws: `OpenSSLError` when the library lacks what the keys need.
    init(
        store: any SessionStore,
        policy: SessionPolicy,
        keys: [SigningKey],
        records: RecordCipher,
        clock: WallClock
    ) throws(OpenSSLError) {
        self.store = store
        rows = (store as? any ResidentSessionStore)?.rows
        self.policy = policy
        self.records = records
        self.clock = clock
        tokens = try SessionTokens(keys: keys)
    }

    /// Makes a session and its token, and stores it; older ones end in the same step, as the contract says under *Single
    /// sign-on*.
    func open(
        for user: User.Key,
        identity: UserIdentity,
        channel: SessionChannel,
        device: String?
    ) async throws(GatewayError) -> IssuedToken {
        let (issued, session, _) = try begin(for: user, channel: channel, device: device)
        try await StoreError.ask { () throws(StoreError) in
            try await store.open(
                session,
                of: user,
                identity: identity,
                limit: limit(of: channel),
                now: session.createdAt
            )
        }
        return issued
    }

    /// Makes a session and its token, both of no use until somebody stores the session.
    func begin(
        for user: User.Key,
        channel: SessionChannel,
        device: String?
    ) throws(GatewayError) -> (IssuedToken, Session, TokenSeed) {
        let now = clock.seconds
        return try tokens.begin(
            for: user,
            channel: channel,
            device: device,
            now: now,
            expiresAt: now + policy.lifetime
        )
    }

    /// The token that ``begin(for:channel:device:)`` made, once more.
    func again(_ seed: TokenSeed, for user: User.Key, channel: SessionChannel) throws(GatewayError) -> IssuedToken {
        try tokens.again(seed, for: user, channel: channel)
    }

    /// Live sessions of one user in a channel at most; 0: no limit.
    func limit(of channel: SessionChannel) -> Int { policy.limit(of: channel) }

    /// The live session of a token.
    ///
    /// - Throws: `invalidToken` with the reason.
    public func check(_ token: BearerToken) async throws(GatewayError) -> CheckedSession {
        let now = clock.seconds
        let proven = try tokens.prove(token.string.utf8Span.span, now: now)
        if let found = store.lookupNow(proven.user, proven.digests, now: now) {
            return try checked(proven, found, now: now)
        }
        let found = try await StoreError.ask { () throws(StoreError) in
            try await store.lookup(proven.user, proven.digests, now: now)
        }
        return try checked(proven, found, now: now)
    }

    /// As ``check(_:)``, without a wait and without a copy of any name; nil: the store has to be asked.
    ///
    /// - Parameters:
    ///   - token: the text of a token, as a request has it.
    ///   - show: called for a live session only, and under a lock that others may want.
    /// - Throws: `invalidToken` with the reason.
    @inline(__always)
    func checkNow<Answer: Sendable>(
        _ token: Span<UInt8>,
        _ show: SessionStanding.Show<Answer>
    ) throws(GatewayError) -> Answer? {
        guard let rows else { return nil }
        let now = clock.seconds
        let check = try tokens.prove(token, now: now) { appID, openID, digests, expiresAt in
            rows.check(rows.digest(appID: appID, openID: openID), digests, now: now) { standing, unionID in
                var standing = standing
                standing.validUntil = min(standing.validUntil, expiresAt)
                return show(standing, appID, openID, unionID)
            }
        }
        switch check {
        case .live(let answer): return answer
        case .ended(let reason): throw .invalidToken(InvalidTokenReason(reason))
        }
    }

    /// Gives a session its next token; asked again with the token before it, gives the same one.
    ///
    /// - Throws: `invalidToken` with the reason; `expired` when the login is too long ago.
    func refresh(_ token: BearerToken) async throws(GatewayError) -> IssuedToken {
        let now = clock.seconds
        let (claims, digests) = try tokens.verify(token, now: now)
        let found = try await StoreError.ask { () throws(StoreError) in
            try await store.lookup(claims.user, digests, now: now)
        }
        let session = try live(found).session
        // No login lies ahead; a clock set back, or a damaged row, may say so.
        let lastSecond = min(session.createdAt, now) + policy.maxAge
        guard now < lastSecond else { throw .invalidToken(.expired) }
        let next = try tokens.next(
            after: claims,
            sid: session.sid,
            now: now,
            expiresAt: max(session.token.expiresAt, min(now + policy.lifetime, lastSecond))
        )
        let sealed = try GatewayError.ofLibrary { () throws(OpenSSLError) in
            try records.seal(next.token.string.utf8Span.span, for: .refresh, of: claims.user)
        }
        let successor = SessionToken(jti: next.digests.jti, expiresAt: next.expiresAt)
        let outcome = try await StoreError.ask { () throws(StoreError) in
            try await store.refresh(claims.user, digests, to: successor, sealed: sealed, now: now)
        }
        switch outcome {
        case .refreshed: return next
        case .repeated(let live, let sealed): return try reopen(sealed, of: live, claims.user)
        case .ended(let reason): throw .invalidToken(InvalidTokenReason(reason))
        }
    }

    /// Ends the session of a token; from now on the token is dead on every loop.
    ///
    /// - Throws: `invalidToken` with the reason when it was dead before.
    func logOut(_ token: BearerToken) async throws(GatewayError) {
        let now = clock.seconds
        let proven = try tokens.prove(token.string.utf8Span.span, now: now)
        let found = try await StoreError.ask { () throws(StoreError) in
            try await store.end(proven.user, proven.digests, as: .loggedOut, now: now)
        }
        _ = try live(found)
    }

    /// Takes back a session that was opened for somebody who is no user any more: not even its end is remembered.
    func withdraw(_ issued: IssuedToken) async throws(GatewayError) {
        let now = clock.seconds
        _ = try await StoreError.ask { () throws(StoreError) in
            try await store.end(issued.user, issued.digests, as: .replaced, now: now)
        }
    }

    /// Whether the token that a login gave out is still its session's current one.
    func isCurrent(_ issued: IssuedToken) async throws(GatewayError) -> Bool {
        let now = clock.seconds
        let found = try await StoreError.ask { () throws(StoreError) in
            try await store.lookup(issued.user, issued.digests, now: now)
        }
        guard case .live(let session) = found else { return false }
        return session.isCurrent
    }

    /// Whether a session goes on, whatever token it has by now.
    func isLive(_ sid: TokenDigest, of user: User.Key) async throws(GatewayError) -> Bool {
        let now = clock.seconds
        let live = try await StoreError.ask { () throws(StoreError) in try await store.sessions(of: user, now: now) }
        return live.contains { $0.sid == sid }
    }

    /// Seconds until a Unix second, not less than 0.
    func seconds(until second: Int64) -> Int {
        Int(max(0, second - clock.seconds))
    }

    @inline(__always)
    private func checked(
        _ proven: consuming ProvenToken,
        _ found: consuming SessionLookup,
        now: Int64
    ) throws(GatewayError) -> CheckedSession {
        CheckedSession(
            user: proven.user,
            live: try live(found),
            tokenExpiresAt: proven.expiresAt,
            checkedAt: now
        )
    }

    @inline(__always)
    private func live(_ found: consuming SessionLookup) throws(GatewayError) -> LiveSession {
        switch found {
        case .live(let session): return session
        case .ended(let reason): throw .invalidToken(InvalidTokenReason(reason))
        }
    }

    /// The token that an earlier refresh gave out. A data key that is gone since makes it unreadable: then the client
    /// logs in again.
    private func reopen(
        _ sealed: SealedRecord,
        of live: LiveSession,
        _ user: User.Key
    ) throws(GatewayError) -> IssuedToken {
        let text = try GatewayError.ofLibrary { () throws(OpenSSLError) in
            try records.open(sealed, for: .refresh, of: user)
        }
        guard let text else { throw .invalidToken(.replaced) }
        let session = live.session
        return IssuedToken(
            token: BearerToken(String(decoding: text, as: UTF8.self)),
            user: user,
            digests: TokenDigests(sid: session.sid, jti: session.token.jti),
            expiresAt: session.token.expiresAt,
            expiresIn: seconds(until: session.token.expiresAt)
        )
    }
}

extension InvalidTokenReason {
    /// Why a session ended, as its client is told.
    init(_ end: SessionEnd) {
        switch end {
        case .replaced: self = .replaced
        case .revoked: self = .revoked
        case .loggedOut: self = .loggedOut
        }
    }
}
