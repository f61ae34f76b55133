public import WeChat

/// One mini-program that the gateway serves.
public struct App: Sendable {
    /// Its id and secret at WeChat.
    public let weChat: WeChatApp

    /// Makes an app.
    public init(weChat: WeChatApp) {
        self.weChat = weChat
    }

    /// The appid.
    public var id: String { weChat.id.string }
}
