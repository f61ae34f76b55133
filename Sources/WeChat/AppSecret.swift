public import OpenSSL

/// The secret of one mini-program. It travels in the URL of code2Session, so it must not get into any log.
public struct AppSecret: Equatable, Sendable, Redacted {
    /// The secret as WeChat's console shows it.
    public let string: String

    /// Takes 1 to 128 visible ASCII characters; nil for anything else, as a stray line end or quote in a secret file.
    public init?(_ string: String) {
        guard (1...128).contains(string.utf8.count), string.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            return nil
        }
        self.string = string
    }
}
