internal import HTTP

extension ReturnTarget {
    /// The target that a proxy put behind `return_to=` as the client had sent it, its own query included: nginx has no
    /// means to encode it, and `return 302 /login?return_to=$request_uri` is what people write.
    ///
    /// Told by its raw slash and question mark; what follows belongs to it then, so nothing of ours may stand behind.
    /// nil for everything else.
    static func unencoded(in query: String) -> ReturnTarget? {
        let name = "return_to="
        guard query.hasPrefix(name) || query.contains("&" + name),
            let start = query.firstRange(of: name)?.upperBound
        else { return nil }
        let rest = String(query[start...])
        let value = String(rest.prefix { $0 != "&" })
        // Without a query and without escapes it is an ordinary field, and others may follow.
        guard value.utf8.first == UInt8(ascii: "/"), value.contains("?") || value.contains("%") else { return nil }
        let text = value.contains("?") ? rest : value
        // A browser decodes no path, but other hands may.
        guard let decoded = PercentEncoding.decodeText(text), isPathWhenDecoded(decoded) else { return nil }
        return ReturnTarget(text, origins: [])
    }

    private static func isPathWhenDecoded(_ text: String) -> Bool {
        !text.utf8.starts(with: "//".utf8)
            && text.unicodeScalars.allSatisfy { $0 != "\\" && $0.properties.generalCategory != .control }
    }
}
