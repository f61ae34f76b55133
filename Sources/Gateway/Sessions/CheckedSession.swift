/// What a good token proves: whose it is and which session.
public struct CheckedSession: Equatable, Sendable {
    /// Whose.
    public let user: User.Key
    /// The session and the token's standing in it.
    public let live: LiveSession
    /// What the token itself says.
    let claims: TokenClaims

    /// The session.
    public var session: Session { live.session }
    /// The user's numeric id and unionid, as far as known.
    public var identity: UserIdentity { live.identity }
    /// Unix seconds from which the token is good no more.
    public var validUntil: Int64 { min(live.validUntil, claims.expiresAt) }
}
