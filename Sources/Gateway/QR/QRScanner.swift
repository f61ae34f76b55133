/// The phone that scanned: one session of one user. Another session of the same user is somebody else.
public struct QRScanner: Equatable, Sendable {
    /// Whose session.
    public let user: User.Key
    /// Which session; stable over refreshes.
    public let sid: TokenDigest

    /// Names a session.
    public init(user: User.Key, sid: TokenDigest) {
        self.user = user
        self.sid = sid
    }
}
