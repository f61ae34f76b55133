/// An access_token as WeChat hands it out.
public struct IssuedAccessToken: Equatable, Sendable {
    /// The token.
    public let token: AccessToken
    /// Seconds until its end: at least 1, 7200 at first.
    public let expiresIn: Int

    /// Puts the two together.
    public init(token: AccessToken, expiresIn: Int) {
        self.token = token
        self.expiresIn = expiresIn
    }
}
