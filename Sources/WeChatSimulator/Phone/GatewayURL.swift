/// Where the gateway is that the simulated phone talks to: scheme, host and port, and nothing behind.
public struct GatewayURL: Equatable, Sendable, CustomStringConvertible {
    private let text: String

    /// Where wxgate listens when nobody says otherwise.
    public static let `default` = GatewayURL(checked: "http://127.0.0.1:8080")

    private init(checked text: String) {
        self.text = text
    }

    /// Takes `http://` or `https://`, a host and perhaps a port; a slash at the end is left out. Nil for anything else.
    public init?(_ text: String) {
        let text = text.hasSuffix("/") ? text.dropLast() : text[...]
        guard let scheme = ["http://", "https://"].first(where: { text.hasPrefix($0) }) else { return nil }
        let authority = text.dropFirst(scheme.count)
        guard !authority.isEmpty, authority.utf8.count <= 260, authority.utf8.allSatisfy(Self.isAuthorityCharacter)
        else { return nil }
        self.text = String(text)
    }

    /// The URL without a slash at the end.
    public var description: String { text }

    /// Name or address and port; what is neither fails when it is used.
    private static func isAuthorityCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "-.:[]".utf8.contains(byte)
        }
    }
}
