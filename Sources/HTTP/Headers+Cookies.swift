extension Headers {
    /// The values of all cookies called `name`, in the order sent, over all Cookie fields (RFC 6265 section 5.4; HTTP/2
    /// splits them, RFC 9113 section 8.2.3).
    ///
    /// Names compare byte by byte. A value loses the double quotes around it, which section 4.1.1 allows. What is no
    /// `name=value` is skipped: a browser sends whatever any page of its host has set.
    public func cookies(named name: String) -> [String] {
        all("cookie").flatMap { field in
            field.utf8.split(separator: UInt8(ascii: ";")).compactMap { Headers.value(of: name, in: $0) }
        }
    }

    private static func value(of name: String, in pair: Substring.UTF8View) -> String? {
        let pair = pair.drop { CharacterClass.isWhitespace($0) }
        guard pair.starts(with: name.utf8) else { return nil }
        var value = pair.dropFirst(name.utf8.count)
        guard value.popFirst() == UInt8(ascii: "=") else { return nil }
        while let last = value.last, CharacterClass.isWhitespace(last) { value.removeLast() }
        let quote = UInt8(ascii: "\"")
        if value.count >= 2, value.first == quote, value.last == quote { value = value.dropFirst().dropLast() }
        return String(Substring(value))
    }
}
