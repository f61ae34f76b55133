/// A position in a payload that we probably wrote ourselves; each step says whether it found what we would have written.
struct PayloadCursor {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    /// Steps over `expected`; false, without moving, when something else is there.
    mutating func skip(_ expected: String) -> Bool {
        let wanted = expected.utf8Span.span
        guard position + wanted.count <= bytes.count else { return false }
        for index in wanted.indices where bytes[position + index] != wanted[index] { return false }
        position += wanted.count
        return true
    }

    /// The text up to the next quote, which stays; nil when it has an escape or a control character, or never ends.
    mutating func text() -> String? {
        var end = position
        while end < bytes.count {
            switch bytes[end] {
            case UInt8(ascii: "\""):
                defer { position = end }
                return String(decoding: bytes[position..<end], as: UTF8.self)
            case UInt8(ascii: "\\"), 0..<0x20: return nil
            default: end += 1
            }
        }
        return nil
    }

    /// A whole number as `String(_:)` writes it, or nil.
    mutating func number() -> Int64? {
        var end = position
        while end < bytes.count, bytes[end] == UInt8(ascii: "-") || (0x30...0x39).contains(bytes[end]) { end += 1 }
        let text = String(decoding: bytes[position..<end], as: UTF8.self)
        guard let number = Int64(text), String(number) == text else { return nil }
        position = end
        return number
    }
}
