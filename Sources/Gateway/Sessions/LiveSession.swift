/// A session as one of its tokens finds it.
public struct LiveSession: Equatable, Sendable {
    /// The session.
    public let session: Session
    /// What is known of its user.
    public let identity: UserIdentity
    /// Whether the token is the session's current one, and the session not replaced already.
    public let isCurrent: Bool
    /// Unix seconds from which this token is good no more.
    public let validUntil: Int64
}
