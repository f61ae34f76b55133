internal import OpenSSL

/// Makes the tokens of sessions and reads them back. One a loop.
final class SessionTokens {
    /// Bytes of a `sid` and a `jti`: 128 random bits (contract, *Token*).
    private static let idByteCount = 16

    private let signer: TokenSigner
    private let verifier: TokenVerifier
    private let sha256: SHA256
    private let random = SecureRandom()

    /// - Parameter keys: newest first; the first signs, all verify. Not empty.
    init(keys: [SigningKey]) throws(OpenSSLError) {
        guard let newest = keys.first else { preconditionFailure("a gateway has at least one signing key") }
        signer = try TokenSigner(key: newest)
        verifier = try TokenVerifier(keys: keys)
        sha256 = try SHA256()
    }

    /// A new session with its first token.
    func begin(
        for user: User.Key,
        channel: SessionChannel,
        device: String?,
        now: Int64,
        expiresAt: Int64
    ) throws(GatewayError) -> (IssuedToken, Session, TokenSeed) {
        try GatewayError.ofLibrary { () throws(OpenSSLError) in
            let seed = TokenSeed(
                sessionID: try RandomID(from: random),
                tokenID: try RandomID(from: random),
                issuedAt: now,
                expiresAt: expiresAt
            )
            let issued = try issue(seed, for: user, channel: channel)
            let session = Session(
                sid: issued.digests.sid,
                token: SessionToken(jti: issued.digests.jti, expiresAt: expiresAt),
                channel: channel,
                device: device,
                createdAt: now
            )
            return (issued, session, seed)
        }
    }

    /// The token of a seed once more: the same to the byte, but for ES256, which signs differently each time.
    func again(_ seed: TokenSeed, for user: User.Key, channel: SessionChannel) throws(GatewayError) -> IssuedToken {
        try GatewayError.ofLibrary { () throws(OpenSSLError) in try issue(seed, for: user, channel: channel) }
    }

    /// The next token of a session.
    func next(
        after claims: TokenClaims,
        sid: TokenDigest,
        now: Int64,
        expiresAt: Int64
    ) throws(GatewayError) -> IssuedToken {
        try GatewayError.ofLibrary { () throws(OpenSSLError) in
            var next = claims
            next.tokenID = try random.text(byteCount: Self.idByteCount)
            next.issuedAt = now
            next.expiresAt = expiresAt
            return try issue(next, digests: TokenDigests(sid: sid, jti: try TokenDigest(of: next.tokenID, by: sha256)))
        }
    }

    /// What a token says, after its signature and time were checked.
    ///
    /// - Throws: `invalidToken` with the reason.
    func verify(_ token: BearerToken, now: Int64) throws(GatewayError) -> (TokenClaims, TokenDigests) {
        let verdict = try GatewayError.ofLibrary { () throws(OpenSSLError) in try verifier.verify(token, now: now) }
        switch verdict {
        case .valid(let claims):
            let digests = try GatewayError.ofLibrary { () throws(OpenSSLError) in
                try TokenDigests(of: claims, by: sha256)
            }
            return (claims, digests)
        case .expired: throw .invalidToken(.expired)
        case .malformed: throw .invalidToken(.malformed)
        case .unknown: throw .invalidToken(.unknown)
        }
    }

    /// As ``verify(_:now:)``, without what only a refresh needs.
    func prove(_ token: Span<UInt8>, now: Int64) throws(GatewayError) -> ProvenToken {
        try proof { () throws(OpenSSLError) in try verifier.prove(token, now: now) }
    }

    /// As ``prove(_:now:)``, for who needs nothing of the token behind the call of `show`; see
    /// ``TokenVerifier/prove(_:now:_:)``.
    @inline(__always)
    func prove<Proof>(
        _ token: Span<UInt8>,
        now: Int64,
        _ show: (_ appID: Span<UInt8>, _ openID: Span<UInt8>, TokenDigests, _ expiresAt: Int64) -> Proof
    ) throws(GatewayError) -> Proof {
        try proof { () throws(OpenSSLError) in try verifier.prove(token, now: now, show) }
    }

    @inline(__always)
    private func proof<Proof>(
        _ judge: () throws(OpenSSLError) -> TokenJudgement<Proof>
    ) throws(GatewayError) -> Proof {
        let judgement: TokenJudgement<Proof>
        do throws(OpenSSLError) {
            judgement = try judge()
        } catch {
            throw .internalFailure("\(error)")
        }
        switch judgement {
        case .valid(let proof): return proof
        case .expired: throw .invalidToken(.expired)
        case .malformed: throw .invalidToken(.malformed)
        case .unknown: throw .invalidToken(.unknown)
        }
    }

    private func issue(
        _ seed: TokenSeed,
        for user: User.Key,
        channel: SessionChannel
    ) throws(OpenSSLError) -> IssuedToken {
        let (sessionID, tokenID) = (seed.sessionID.characters, seed.tokenID.characters)
        return IssuedToken(
            token: try signer.sign(seed, sessionID: sessionID, tokenID: tokenID, for: user, channel: channel),
            user: user,
            digests: TokenDigests(
                sid: try TokenDigest(of: sessionID.span, by: sha256),
                jti: try TokenDigest(of: tokenID.span, by: sha256)
            ),
            expiresAt: seed.expiresAt,
            expiresIn: Int(seed.expiresAt - seed.issuedAt)
        )
    }

    private func issue(_ claims: TokenClaims, digests: TokenDigests) throws(OpenSSLError) -> IssuedToken {
        IssuedToken(
            token: try signer.sign(claims),
            user: claims.user,
            digests: digests,
            expiresAt: claims.expiresAt,
            expiresIn: Int(claims.expiresAt - claims.issuedAt)
        )
    }
}

extension TokenClaims {
    /// Whose token it is.
    var user: User.Key { User.Key(appID: appID, openID: openID) }
}
