public import HTTP

extension OutputBuffer {
    /// Appends a text as it stands between the quotes of a string of JSON, with the escapes that RFC 8259 section 7 demands.
    ///
    /// For who keeps a buffer and writes the rest as literals: a third of the price of ``JSONObjectWriter``.
    public func append(escaped text: String) {
        let bytes = text.utf8Span.span
        if bytes.firstToEscape(from: 0) == bytes.count { return append(bytes) }
        var quoted: [UInt8] = []
        JSONObjectWriter.appendString(text, to: &quoted)
        append(quoted.span.extracting(1..<quoted.count - 1))
    }
}
