public import OpenSSL

/// The app's own credential for most of WeChat's API. It travels in URLs, so it must not get into any log.
public struct AccessToken: Equatable, Sendable, Redacted {
    /// The token as WeChat sent it.
    public let string: String

    /// Takes 1 to 512 visible ASCII characters, as much as WeChat asks to reserve; nil for anything else.
    public init?(_ string: String) {
        guard (1...512).contains(string.utf8.count), string.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            return nil
        }
        self.string = string
    }
}
