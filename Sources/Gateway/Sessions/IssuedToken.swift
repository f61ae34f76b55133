/// A token that a login gave out, and the session behind it.
public struct IssuedToken: Sendable {
    /// The token itself.
    public let token: BearerToken
    /// The session whose current token it is.
    public let session: Session
}
