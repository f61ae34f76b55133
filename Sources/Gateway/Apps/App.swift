public import WeChat

/// One mini-program that the gateway serves.
public struct App: Sendable {
    /// Its id and secret at WeChat.
    public let weChat: WeChatApp
    /// The name of its website, shown before a web login is confirmed.
    public var site: String?
    /// The mini-program's page that a web login opens; nil: the one of ``QRPolicy``.
    public var qrPage: String?

    /// Makes an app.
    public init(weChat: WeChatApp, site: String? = nil, qrPage: String? = nil) {
        self.weChat = weChat
        self.site = site
        self.qrPage = qrPage
    }

    /// The appid.
    public var id: String { weChat.id.string }
}
