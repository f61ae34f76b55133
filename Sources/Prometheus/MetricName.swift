/// Names as Prometheus allows them; everything else becomes `_`, because a metric must never end its process.
enum MetricName {
    /// A name of `[a-zA-Z_:][a-zA-Z0-9_:]*`.
    static func metric(_ text: String) -> String { sanitized(text, allowsColon: true) }

    /// The name of a counter, which ends in `_total`.
    static func counter(_ text: String) -> String {
        let name = metric(text)
        return name.hasSuffix("_total") ? name : name + "_total"
    }

    /// A label's name of `[a-zA-Z_][a-zA-Z0-9_]*` that Prometheus does not keep for itself: no `__` in front, no `le`.
    static func label(_ text: String) -> String {
        var name = sanitized(text, allowsColon: false)
        while name.hasPrefix("__") { name.removeFirst() }
        return name == "le" ? "_le" : name
    }

    private static func sanitized(_ text: String, allowsColon: Bool) -> String {
        var bytes = text.utf8.map { byte in
            isLetter(byte) || isDigit(byte) || (allowsColon && byte == UInt8(ascii: ":")) ? byte : UInt8(ascii: "_")
        }
        if bytes.first.map(isDigit) ?? true { bytes.insert(UInt8(ascii: "_"), at: 0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        // Lower case differs by this bit only.
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
