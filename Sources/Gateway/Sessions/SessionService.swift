internal import OpenSSL

/// Opens, checks and ends sessions. One a loop: signer and random pool are not shared.
public final class SessionService {
    private let store: any SessionStore
    private let policy: SessionPolicy
    private let clock: WallClock
    private let signer: TokenSigner
    private let verifier: TokenVerifier
    private let random = SecureRandom()

    /// - Parameter keys: newest first; the first signs, all verify. Not empty.
    /// - Throws: `OpenSSLError` when the library has no HMAC.
    init(store: any SessionStore, policy: SessionPolicy, keys: [SigningKey], clock: WallClock) throws(OpenSSLError) {
        guard let newest = keys.first else { preconditionFailure("a gateway has at least one signing key") }
        self.store = store
        self.policy = policy
        self.clock = clock
        signer = try TokenSigner(key: newest)
        verifier = try TokenVerifier(keys: keys)
    }

    /// Makes a session and its token; older ones above the limit end in the same step.
    func open(
        for user: User.Key,
        channel: SessionChannel,
        device: String?
    ) async throws(GatewayError) -> IssuedToken {
        let issued = try issue(for: user, channel: channel, device: device)
        let limit = policy.limit(of: channel)
        try await ask { () throws(StoreError) in
            try await store.open(issued.session, limit: limit, now: issued.session.createdAt)
        }
        return issued
    }

    /// The live session of a token.
    ///
    /// - Throws: `invalidToken` with the reason.
    func check(_ token: BearerToken) async throws(GatewayError) -> Session {
        let claims = try verify(token)
        let now = clock.seconds
        let found = try await ask { () throws(StoreError) in
            try await store.lookup(claims.user, sid: claims.sessionID, jti: claims.tokenID, now: now)
        }
        return try live(found)
    }

    /// Ends the session of a token; from now on the token is dead on every loop.
    ///
    /// - Throws: `invalidToken` with the reason when it was dead before.
    func logOut(_ token: BearerToken) async throws(GatewayError) {
        let claims = try verify(token)
        let now = clock.seconds
        let found = try await ask { () throws(StoreError) in
            try await store.end(
                claims.user,
                sid: claims.sessionID,
                jti: claims.tokenID,
                as: .loggedOut,
                now: now
            )
        }
        _ = try live(found)
    }

    /// Whether the token that a login gave out is still its session's current one.
    func isCurrent(_ issued: IssuedToken) async throws(GatewayError) -> Bool {
        let session = issued.session
        let now = clock.seconds
        let found = try await ask { () throws(StoreError) in
            try await store.lookup(session.user, sid: session.sid, jti: session.jti, now: now)
        }
        if case .live = found { return true }
        return false
    }

    /// Seconds until a session's token expires.
    func expiresIn(_ session: Session) -> Int {
        Int(max(0, session.expiresAt - clock.seconds))
    }

    private func issue(
        for user: User.Key,
        channel: SessionChannel,
        device: String?
    ) throws(GatewayError) -> IssuedToken {
        let now = clock.seconds
        do throws(OpenSSLError) {
            let session = Session(
                user: user,
                sid: try random.text(byteCount: 16),
                jti: try random.text(byteCount: 16),
                channel: channel,
                device: device,
                createdAt: now,
                expiresAt: now + policy.lifetime
            )
            return IssuedToken(token: try signer.sign(session.claims(issuedAt: now)), session: session)
        } catch {
            throw .internalFailure("\(error)")
        }
    }

    private func verify(_ token: BearerToken) throws(GatewayError) -> TokenClaims {
        let verdict: TokenVerifier.Verdict
        do throws(OpenSSLError) {
            verdict = try verifier.verify(token, now: clock.seconds)
        } catch {
            throw .internalFailure("\(error)")
        }
        switch verdict {
        case .valid(let claims): return claims
        case .expired: throw .invalidToken(.expired)
        case .malformed: throw .invalidToken(.malformed)
        case .unknown: throw .invalidToken(.unknown)
        }
    }

    private func live(_ found: SessionLookup) throws(GatewayError) -> Session {
        switch found {
        case .live(let session): return session
        case .ended(.replaced): throw .invalidToken(.replaced)
        case .ended(.revoked): throw .invalidToken(.revoked)
        case .ended(.loggedOut): throw .invalidToken(.loggedOut)
        }
    }

    private func ask<Answer>(
        _ question: () async throws(StoreError) -> Answer
    ) async throws(GatewayError) -> Answer {
        do throws(StoreError) {
            return try await question()
        } catch {
            throw .storeUnavailable
        }
    }
}

extension Session {
    fileprivate func claims(issuedAt: Int64) -> TokenClaims {
        TokenClaims(
            openID: user.openID,
            appID: user.appID,
            sessionID: sid,
            tokenID: jti,
            channel: channel,
            issuedAt: issuedAt,
            expiresAt: expiresAt
        )
    }
}

extension TokenClaims {
    fileprivate var user: User.Key { User.Key(appID: appID, openID: openID) }
}
