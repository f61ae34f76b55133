/// The form that codes of WeChat have.
enum CodeText {
    /// Whether a text is 1 to 256 of `A-Za-z0-9_-.`, none of which needs percent-encoding in a URL. Real ones are shorter, by
    /// no promise.
    static func isCode(_ text: String) -> Bool {
        let bytes = text.utf8.span
        guard (1...256).contains(bytes.count) else { return false }
        for index in bytes.indices where !isOfCode(bytes[index]) { return false }
        return true
    }

    @inline(__always)
    private static func isOfCode(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: false
        }
    }
}
