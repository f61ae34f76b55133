/// A token that was given out, and the session behind it.
public struct IssuedToken: Sendable {
    /// The token itself.
    public let token: BearerToken
    /// Whose session it is.
    public let user: User.Key
    /// The digests of its session and of itself.
    let digests: TokenDigests
    /// Unix seconds from which it is expired.
    public let expiresAt: Int64
    /// Seconds from the moment in which it was given out until then: what its reply says, however long the store took.
    let expiresIn: Int
}
