/// An absolute `http` or `https` URL whose query may hold a secret: it never shows in descriptions, logs or dumps.
///
/// WeChat's API carries the app secret and the access token in the query, so every URL of this module counts as secret.
public struct SecretURL: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The whole URL, for the wire only.
    let text: String

    /// Wraps a URL; a malformed one fails when it is used, with ``ClientError/Code/invalidRequest``.
    public init(_ text: String) {
        self.text = text
    }

    /// Says nothing about the URL.
    public var description: String { "<redacted URL>" }

    /// Says nothing about the URL.
    public var debugDescription: String { description }

    /// Shows no member.
    public var customMirror: Mirror { Mirror(self, children: [:]) }

    /// Whether the text consists of the characters that a URL may have (RFC 3986 section 2): visible ASCII.
    ///
    /// This also keeps a zero byte from cutting the URL short on its way through C.
    var hasOnlyURLCharacters: Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }
}
