public import OpenSSL

/// What `wx.login` gave the mini-program: good for one exchange within five minutes, and a credential until then.
public struct LoginCode: Hashable, Sendable, Redacted {
    /// The code as the mini-program sent it.
    public let string: String

    /// Takes 1 to 256 of `A-Za-z0-9_-.`; nil for anything else. None of these needs percent-encoding in a URL.
    public init?(_ string: String) {
        guard CodeText.isCode(string) else { return nil }
        self.string = string
    }
}
