internal import OpenSSL

/// The two names by which a token proves a session, as digests.
public struct TokenDigests: Hashable, Sendable {
    /// Of the session, stable over refreshes.
    public let sid: TokenDigest
    /// Of this one token.
    public let jti: TokenDigest

    /// Puts them together.
    public init(sid: TokenDigest, jti: TokenDigest) {
        self.sid = sid
        self.jti = jti
    }

    /// Those of a verified token.
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails.
    init(of claims: TokenClaims, by sha256: SHA256) throws(OpenSSLError) {
        sid = try TokenDigest(of: claims.sessionID, by: sha256)
        jti = try TokenDigest(of: claims.tokenID, by: sha256)
    }
}
