/// A login code as `wx.login` would hand it to the mini-program, and whose it is.
public struct MintedCode: Sendable {
    /// The one-time code: 32 characters, good for five minutes.
    public let code: String
    /// The app that may exchange it.
    public let appid: String
    /// The user it stands for.
    public let openid: String
    /// The user's id across apps, where the user has one.
    public let unionid: String?
}

extension MintedCode: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The user; never the code.
    public var description: String { "MintedCode(of \(openid))" }
    /// The user; never the code.
    public var debugDescription: String { description }
    /// Empty, so that a dump does not show the code.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
