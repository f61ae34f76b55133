/// What a token says about its session. `iss` is not among them: it is `wxgate` in every token.
public struct TokenClaims: Equatable, Sendable {
    /// `iss` of all tokens.
    public static let issuer = "wxgate"

    /// `sub`: the user's openid.
    public var openID: String
    /// `aud`: the mini-program's appid.
    public var appID: String
    /// `sid`: the session, the same over refreshes.
    public var sessionID: String
    /// `jti`: this one token of the session.
    public var tokenID: String
    /// `channel`.
    public var channel: SessionChannel
    /// `iat`, Unix seconds.
    public var issuedAt: Int64
    /// `exp`, Unix seconds: from this second on the token is expired.
    public var expiresAt: Int64

    /// Puts them together.
    public init(
        openID: String,
        appID: String,
        sessionID: String,
        tokenID: String,
        channel: SessionChannel,
        issuedAt: Int64,
        expiresAt: Int64
    ) {
        self.openID = openID
        self.appID = appID
        self.sessionID = sessionID
        self.tokenID = tokenID
        self.channel = channel
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }
}
