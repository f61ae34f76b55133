/// What a good token proves: whose it is and which session.
public struct CheckedSession: Equatable, Sendable {
    /// Whose.
    public let user: User.Key
    /// The session and the token's standing in it.
    public let live: LiveSession
    /// Unix seconds from which the token itself is expired.
    let tokenExpiresAt: Int64
    /// Unix seconds of the check.
    let checkedAt: Int64

    /// The session.
    public var session: Session { live.session }
    /// The user's numeric id and unionid, as far as known.
    public var identity: UserIdentity { live.identity }
    /// Unix seconds from which the token is good no more.
    public var validUntil: Int64 { min(live.validUntil, tokenExpiresAt) }
    /// Seconds from the check until then, not less than 0.
    var expiresIn: Int { Int(max(0, validUntil - checkedAt)) }
}
