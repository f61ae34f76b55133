/// One logged-in client of one user.
public struct Session: Equatable, Sendable {
    /// Whose it is.
    public let user: User.Key
    /// The session's name, stable over refreshes: 128 random bits, url-safe Base64.
    public let sid: String
    /// The name of its current token, as random.
    public var jti: String
    /// How it was made.
    public let channel: SessionChannel
    /// The installation that logged in, when it said so.
    public let device: String?
    /// Unix seconds of the login.
    public let createdAt: Int64
    /// Unix seconds from which its token is expired.
    public var expiresAt: Int64
}
