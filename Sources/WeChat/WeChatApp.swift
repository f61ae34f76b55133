/// One mini-program, as far as WeChat has to know it.
public struct WeChatApp: Equatable, Sendable {
    /// Its id.
    public let id: AppID
    /// Its secret.
    public let secret: AppSecret

    /// Puts the two together.
    public init(id: AppID, secret: AppSecret) {
        self.id = id
        self.secret = secret
    }
}
