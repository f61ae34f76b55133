/// How a value that somebody configured appears in mistakes, warnings and `--check-config`: one line, no secrets.
enum ShownValue {
    static let mask = "****"
    /// Enough to recognise a value; a whole certificate pasted into a variable would fill the screen.
    static let lengthMax = 160

    /// The value of `variable`, quoted.
    static func of(_ variable: SettingVariable, _ raw: String) -> String {
        switch variable.echo {
        case .always: quoted(raw)
        case .never: mask
        case .startingWith(let prefix): raw.hasPrefix(prefix) ? quoted(raw) : mask
        }
    }

    /// The path in a variable that names a file, quoted, unless it rather looks like the content: a key, PEM or JSON.
    static func ofPath(_ path: String) -> String { looksLikeContent(path) ? mask : quoted(path) }

    private static func looksLikeContent(_ path: String) -> Bool {
        if path.contains(where: { $0.isNewline || $0 == "{" }) || path.contains("-----BEGIN") { return true }
        // Either alphabet of base64, or hex; no shorter key is allowed anywhere.
        let isPath = (path.hasPrefix("/") || path.hasPrefix("./")) && !path.hasSuffix("=")
        return !isPath && path.utf8.count >= 16
            && path.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"):
                    true
                default: "+/-_=".utf8.contains(byte)
                }
            }
    }

    /// `raw` in quotes: control characters escaped, cut at `lengthMax`, without credentials of a URL.
    static func quoted(_ raw: String) -> String {
        let safe = withoutCredentials(raw)
        let cut = safe.unicodeScalars.count > lengthMax
        var text = "\""
        for scalar in safe.unicodeScalars.prefix(lengthMax) { text.appendEscaped(scalar) }
        return text + (cut ? "…\"" : "\"")
    }

    /// Masks from `://` to the last `@`, and all of a query.
    ///
    /// The last `@`, because a password that was not percent-encoded may contain any character, also a comma or an `@`.
    private static func withoutCredentials(_ raw: String) -> String {
        var text = raw
        guard let scheme = text.firstRange(of: "://") else { return text }
        if let at = text.lastIndex(of: "@"), at >= scheme.upperBound {
            text.replaceSubrange(scheme.upperBound..<at, with: mask)
        }
        if let query = text.firstIndex(of: "?") {
            text.replaceSubrange(text.index(after: query)..., with: mask)
        }
        return text
    }
}
