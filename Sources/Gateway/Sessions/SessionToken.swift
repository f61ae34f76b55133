/// The token that a session gave out last.
public struct SessionToken: Equatable, Sendable {
    /// Its `jti`.
    public let jti: TokenDigest
    /// Unix seconds from which it is expired.
    public let expiresAt: Int64

    /// Puts one together.
    public init(jti: TokenDigest, expiresAt: Int64) {
        self.jti = jti
        self.expiresAt = expiresAt
    }
}

/// The token before a session's current one, good for a moment because the reply with the new one may be lost.
public struct PreviousToken: Equatable, Sendable {
    /// Its `jti`.
    public let jti: TokenDigest
    /// Unix seconds from which it is replaced for good.
    public let validUntil: Int64
    /// The new token itself, which whoever asks again with this one gets.
    public let next: SealedRecord

    /// Puts one together.
    public init(jti: TokenDigest, validUntil: Int64, next: SealedRecord) {
        self.jti = jti
        self.validUntil = validUntil
        self.next = next
    }
}
