internal import HTTP

/// An absolute `http` or `https` URL whose query may hold a secret: it never shows in descriptions, logs or dumps.
///
/// WeChat's API carries the app secret and the access token in the query, so every URL of this module counts as secret.
public struct SecretURL: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Where it leads.
    let origin: ClientOrigin
    /// What stands behind the origin: path and query, or the value in the midst of the template.
    let target: String
    let template: TargetTemplate?

    /// Wraps a URL; a malformed one fails when it is used, with ``ClientError/Code/invalidRequest``.
    public init(_ text: String) {
        let bytes = text.utf8
        // Behind "//", if there is one: the authority ends at the path or the query (RFC 3986 section 3.2).
        var slashes = 0
        let end = bytes.firstIndex { byte in
            if byte == UInt8(ascii: "/") { slashes += 1 }
            return slashes == 3 || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
        }
        let target = text[(end ?? text.endIndex)...]
        self.init(ClientOrigin(String(text[..<(end ?? text.endIndex)])), target: String(target))
    }

    /// Puts a target behind an origin that was parsed before: nothing is built but when libcurl wants the whole text.
    ///
    /// - Parameter target: path and query, percent-encoded; begins with `/`, or is empty for `/`.
    public init(_ origin: ClientOrigin, target: String) {
        self.origin = origin
        self.target = target
        template = nil
    }

    /// The same for one of many targets.
    ///
    /// - Parameter value: percent-encoded.
    public init(_ origin: ClientOrigin, _ template: TargetTemplate, value: String) {
        self.origin = origin
        self.template = template
        target = value
    }

    /// The whole URL, for the wire only.
    var text: String { origin.text + (template?.target(target) ?? target) }

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
        origin.hasOnlyURLCharacters && template?.hasOnlyURLCharacters != false && Self.isVisible(target)
    }

    static func isVisible(_ text: String) -> Bool {
        let bytes = text.utf8.span
        return bytes.isVisibleASCII
    }
}
