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
        let expected = expected.utf8Span.span
        guard expected.count <= bytes.count - position else { return false }
        // A copy of the reference, so that its span does not borrow the cursor itself.
        let bytes = bytes
        let actual = bytes.span.extracting(position..<position + expected.count)
        for index in expected.indices where expected[index] != actual[index] { return false }
        position += expected.count
        return true
    }

    /// The text up to the next quote, which stays; nil when it has an escape or a control character, or never ends.
    mutating func text() -> String? {
        let bytes = bytes
        let span = bytes.span
        var end = position
        while end < span.count {
            let byte = span[end]
            if byte == UInt8(ascii: "\"") {
                defer { position = end }
                return String(decoding: bytes[position..<end], as: UTF8.self)
            }
            guard byte >= 0x20, byte != UInt8(ascii: "\\") else { return nil }
            end += 1
        }
        return nil
    }

    /// A whole number that is not negative, as `String(_:)` writes it, or nil.
    mutating func number() -> Int64? {
        let bytes = bytes
        let span = bytes.span
        var number: Int64 = 0
        var end = position
        while end < span.count, (0x30...0x39).contains(span[end]) {
            let (product, isProductTooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, isSumTooLarge) = product.addingReportingOverflow(Int64(span[end] - 0x30))
            guard !isProductTooLarge, !isSumTooLarge else { return nil }
            number = sum
            end += 1
        }
        guard end > position, span[position] != 0x30 || end == position + 1 else { return nil }
        position = end
        return number
    }
}
