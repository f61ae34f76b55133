/// Where a browser may be sent after its login: nowhere that an attacker can choose (contract section 4, `return_to`).
struct ReturnTarget: Equatable, Sendable {
    /// Bytes: what servers and browsers take as a URL without trouble.
    private static let lengthMax = 2048
    /// What looks like a slash or backslash, and becomes one in hands that normalise (Unicode NFKC, or by the eye).
    private static let slashLookalikes: Set<Unicode.Scalar> = [
        "\u{2044}", "\u{2215}", "\u{29F5}", "\u{29F8}", "\u{FE68}", "\u{FF0F}", "\u{FF3C}",
    ]

    /// As given.
    let text: String

    /// Takes a path of this host, or a URL of one of `origins`, which are written as browsers write them; nil for
    /// anything else.
    ///
    /// Browsers drop tabs and line ends inside a URL and take a backslash for a slash (WHATWG URL, section 4.4), so
    /// `/\evil.example` and `/<tab>/evil.example` lead elsewhere: neither is allowed anywhere in the text.
    init?(_ text: String, origins: [String]) {
        guard (1...ReturnTarget.lengthMax).contains(text.utf8.count),
            text.unicodeScalars.allSatisfy(ReturnTarget.isPlain)
        else { return nil }
        guard ReturnTarget.isPath(text) || origins.contains(where: { ReturnTarget.isURL(text, of: $0) }) else {
            return nil
        }
        self.text = text
    }

    /// Two slashes would begin another host's URL.
    private static func isPath(_ text: String) -> Bool {
        text.utf8.starts(with: "/".utf8) && !text.utf8.starts(with: "//".utf8)
    }

    /// Behind the origin nothing may follow that would make it a part of a longer host, a user name or a port.
    private static func isURL(_ text: String, of origin: String) -> Bool {
        guard text.utf8.starts(with: origin.utf8) else { return false }
        guard let next = text.utf8.dropFirst(origin.utf8.count).first else { return true }
        return "/?#".utf8.contains(next)
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .surrogate, .unassigned: false
        default: scalar != "\\" && !slashLookalikes.contains(scalar)
        }
    }
}
