public import HTTP

extension OutputBuffer {
    /// Appends a text as it stands between the quotes of a string of JSON, with the escapes that RFC 8259 section 7 demands.
    ///
    /// For who keeps a buffer and writes the rest as literals: a third of the price of ``JSONObjectWriter``.
    public func append(escaped text: Span<UInt8>) {
        if text.firstToEscape(from: 0) == text.count { return append(text) }
        var quoted: [UInt8] = []
        JSONObjectWriter.appendString(text.text(), to: &quoted)
        append(quoted.span.extracting(1..<quoted.count - 1))
    }
}
