import FoundationEssentials

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

    /// The path in a variable that names a file, quoted, unless it rather looks like the secret itself.
    static func ofPath(_ path: String) -> String {
        let looksLikeKey = !path.hasPrefix("/") && (Data(base64Encoded: path)?.count ?? 0) >= 16
        return looksLikeKey ? mask : quoted(path)
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
