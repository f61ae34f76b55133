/// Where requests go: scheme, host, perhaps a port and a path in front of every target. Parsed once, used by many
/// requests.
public final class ClientOrigin: Sendable {
    /// What a connection and a request need to know of a usable origin.
    struct Endpoint: Equatable, Sendable {
        /// Whether the scheme is `https`.
        let isTLS: Bool
        /// A name or an address, without the brackets of IPv6.
        let host: String
        let port: UInt16
        /// As the Host field says it: without the scheme's own port (RFC 9110 section 7.2).
        let hostField: String
        /// What stands before each target; empty, or it begins with `/`.
        let path: String
    }

    /// As it was written.
    let text: String
    /// Nil when the text is no origin; each request to it fails with ``ClientError/Code/invalidRequest``.
    let endpoint: Endpoint?
    /// As ``SecretURL/hasOnlyURLCharacters``; false for no text.
    let hasOnlyURLCharacters: Bool
    /// Whether requests may go there.
    let isUsable: Bool

    /// Takes `scheme://host[:port][/path]`, the scheme being `http` or `https`.
    public init(_ text: String) {
        self.text = text
        let endpoint = Endpoint(text)
        self.endpoint = endpoint
        hasOnlyURLCharacters = !text.isEmpty && SecretURL.isVisible(text)
        isUsable = endpoint != nil
    }

    /// Whether connections to the one serve the other. By identity first, since most requests share their origin.
    func shares(_ other: ClientOrigin) -> Bool {
        if self === other { return true }
        guard let endpoint, let others = other.endpoint else { return false }
        return endpoint.port == others.port && endpoint.isTLS == others.isTLS && endpoint.host == others.host
            && endpoint.hostField == others.hostField
    }
}

extension ClientOrigin.Endpoint {
    /// RFC 3986 section 3.2, without user information, which has no place beside our credentials.
    fileprivate init?(_ text: String) {
        let rest: Substring
        if text.hasPrefix("https://") {
            isTLS = true
            rest = text.dropFirst("https://".count)
        } else if text.hasPrefix("http://") {
            isTLS = false
            rest = text.dropFirst("http://".count)
        } else {
            return nil
        }
        let authority = rest.prefix { $0 != "/" }
        path = String(rest[authority.endIndex...])
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "?") })
        else { return nil }
        guard let (name, number) = Self.split(authority) else { return nil }
        let standard: UInt16 = isTLS ? 443 : 80
        guard let port = number.map({ Self.port($0) }) ?? standard else { return nil }
        self.port = port
        host = name.lowercased()
        let written = name.contains(":") ? "[\(host)]" : host
        hostField = port == standard ? written : "\(written):\(port)"
    }

    /// Host and port; nil when the host is neither a name nor an address.
    private static func split(_ authority: Substring) -> (host: Substring, port: Substring?)? {
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            let host = authority[authority.index(after: authority.startIndex)..<end]
            guard host.contains(":"), host.utf8.allSatisfy(isInAddress) else { return nil }
            let rest = authority[authority.index(after: end)...]
            if rest.isEmpty { return (host, nil) }
            return rest.first == ":" ? (host, rest.dropFirst()) : nil
        }
        let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let host = parts.first, !host.isEmpty, host.utf8.allSatisfy(isInName) else { return nil }
        return (host, parts.count == 2 ? parts[1] : nil)
    }

    private static func port(_ text: Substring) -> UInt16? {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy(isDigit), let port = UInt16(text) else {
            return nil
        }
        return port == 0 ? nil : port
    }

    /// Narrower than RFC 3986: what DNS names consist of, with the underscore that some use.
    private static func isInName(_ byte: UInt8) -> Bool {
        let letter = (byte | 0x20) &- UInt8(ascii: "a")
        return letter < 26 || isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "_")
    }

    private static func isInAddress(_ byte: UInt8) -> Bool {
        let letter = (byte | 0x20) &- UInt8(ascii: "a")
        return letter < 6 || isDigit(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}
