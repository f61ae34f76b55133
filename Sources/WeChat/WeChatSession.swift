/// What WeChat says about the holder of a login code.
public struct WeChatSession: Equatable, Sendable {
    /// The user's id within this mini-program: 1 to 128 visible ASCII characters.
    public let openID: String
    /// The user's id over all apps of the same owner; nil unless the mini-program is bound to an Open Platform account.
    public let unionID: String?
    /// The key for this user's signatures and encrypted data, until a later login displaces it.
    public let sessionKey: SessionKey

    /// Puts the three together.
    public init(openID: String, unionID: String?, sessionKey: SessionKey) {
        self.openID = openID
        self.unionID = unionID
        self.sessionKey = sessionKey
    }
}
