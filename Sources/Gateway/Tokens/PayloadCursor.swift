internal import Glibc
internal import HTTP

/// A position in a payload that we probably wrote ourselves; each step says whether it found what we would have written.
///
/// Holds the position alone: the bytes are the caller's, who gives them to each step.
struct PayloadCursor {
    private(set) var position = 0

    /// Steps over `expected`; false, without moving, when something else is there.
    ///
    /// Inlined, so that the comparison with a literal becomes a few of words.
    @inline(__always)
    mutating func skip(_ expected: StaticString, in bytes: Span<UInt8>) -> Bool {
        let count = expected.utf8CodeUnitCount
        guard bytes.count - position >= count else { return false }
        let place = position
        let isThere = unsafe bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return count == 0 }
            return unsafe memcmp(start + place, expected.utf8Start, count) == 0
        }
        guard isThere else { return false }
        position += count
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
        var number: UInt64 = 0
        var end = position
        // A time has ten digits: the first eight of them at once.
        if let first = bytes.eightDigits(at: end) {
            number = first
            end += 8
        }
        while end < bytes.count {
            let digit = bytes[end] &- 0x30
            guard digit < 10 else { break }
            number = number &* 10 &+ UInt64(digit)
            end += 1
        }
        let digitCount = end - position
        guard
            digitCount > 0, digitCount <= Self.digitCountMax, bytes[position] != 0x30 || digitCount == 1,
            let number = Int64(exactly: number)
        else { return nil }
        position = end
        return number
    }

    /// Digits of the largest number; so many fit into 64 bits without a sign, whatever they are.
    private static let digitCountMax = 19
}
