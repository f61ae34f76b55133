/// One mini-program, as far as WeChat has to know it.
public struct WeChatApp: Equatable, Sendable {
    /// Its id.
    public let id: AppID
    /// Its secret.
    public let secret: AppSecret
    /// What every login of the app asks WeChat with, up to the code.
    let code2SessionQuery: Code2SessionQuery

    /// Puts the two together.
    public init(id: AppID, secret: AppSecret) {
        self.id = id
        self.secret = secret
        code2SessionQuery = Code2SessionQuery(id: id, secret: secret)
    }

    /// Whether both are the same app with the same secret.
    public static func == (left: WeChatApp, right: WeChatApp) -> Bool {
        left.id == right.id && left.secret == right.secret
    }
}
