internal import HTTP

/// A position in a payload that we probably wrote ourselves; each step says whether it found what we would have written.
///
/// Holds the position alone: the bytes are the caller's, who gives them to each step.
struct PayloadCursor {
    private(set) var position = 0

    /// Steps over `expected`; false, without moving, when something else is there.
    mutating func skip(_ expected: StaticString, in bytes: Span<UInt8>) -> Bool {
        guard bytes.matches(expected, at: position) else { return false }
        position += expected.utf8CodeUnitCount
        return true
    }

    /// The place of the text up to the next quote, which stays; nil when it has anything that JSON may want escaped, or
    /// never ends.
    mutating func text(in bytes: Span<UInt8>) -> Range<Int>? {
        let end = bytes.firstToEscape(from: position)
        guard end < bytes.count, bytes[end] == UInt8(ascii: "\"") else { return nil }
        defer { position = end }
        return position..<end
    }

    /// A whole number that is not negative, as `String(_:)` writes it, or nil.
    mutating func number(in bytes: Span<UInt8>) -> Int64? {
        var number: Int64 = 0
        var end = position
        while end < bytes.count, (0x30...0x39).contains(bytes[end]) {
            let (product, isProductTooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, isSumTooLarge) = product.addingReportingOverflow(Int64(bytes[end] - 0x30))
            guard !isProductTooLarge, !isSumTooLarge else { return nil }
            number = sum
            end += 1
        }
        guard end > position, bytes[position] != 0x30 || end == position + 1 else { return nil }
        position = end
        return number
    }
}
