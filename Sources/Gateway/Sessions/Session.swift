/// One logged-in client of one user.
public struct Session: Equatable, Sendable {
    /// The session's name, stable over refreshes.
    public let sid: TokenDigest
    /// Its current token.
    public var token: SessionToken
    /// The token that a refresh displaced, while that is still good.
    public var previous: PreviousToken?
    /// How it was made.
    public let channel: SessionChannel
    /// The installation that logged in, when it said so.
    public let device: String?
    /// Unix seconds of the login.
    public let createdAt: Int64
    /// Unix seconds until which it goes on beside the session by which the same device replaced it; nil: not replaced.
    public var overlapsUntil: Int64?

    /// A session as a login makes it, or as a store kept it.
    public init(
        sid: TokenDigest,
        token: SessionToken,
        previous: PreviousToken? = nil,
        channel: SessionChannel,
        device: String?,
        createdAt: Int64,
        overlapsUntil: Int64? = nil
    ) {
        self.sid = sid
        self.token = token
        self.previous = previous
        self.channel = channel
        self.device = device
        self.createdAt = createdAt
        self.overlapsUntil = overlapsUntil
    }

    /// Unix seconds from which nothing proves this session any more.
    var endsAt: Int64 { Self.endsAt(token.expiresAt, overlapsUntil: overlapsUntil) }

    /// The same of a session that is not taken out of its row.
    static func endsAt(_ expiresAt: Int64, overlapsUntil: Int64?) -> Int64 { min(expiresAt, overlapsUntil ?? .max) }
}
