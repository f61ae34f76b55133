/// What a session's first token is made of beside its user and channel: from these it can be made again.
///
/// A tenth of the token's own size, and 262,144 of them are remembered at once.
struct TokenSeed: Equatable, Sendable {
    /// `sid`.
    let sessionID: RandomID
    /// `jti`.
    let tokenID: RandomID
    /// Unix seconds.
    let issuedAt: Int64
    /// Unix seconds from which it is expired.
    let expiresAt: Int64

    /// All that the token says.
    func claims(of user: User.Key, channel: SessionChannel) -> TokenClaims {
        TokenClaims(
            openID: user.openID,
            appID: user.appID,
            sessionID: sessionID.text,
            tokenID: tokenID.text,
            channel: channel,
            issuedAt: issuedAt,
            expiresAt: expiresAt
        )
    }
}
