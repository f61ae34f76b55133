// What `Span` does not offer yet for bytes that are text. Words and bulk copies are unsafe; each checks its range first.

extension Span<UInt8> {
    /// The bytes as an array of exactly that capacity.
    public func array() -> [UInt8] { copy(0..<count) }

    /// The bytes as UTF-8; invalid sequences become U+FFFD.
    public func text() -> String { string(0..<count) }

    /// Whether the bytes are the same, in no constant time.
    public func isEqual(to other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        var index = 0
        while count &- index >= 8 {
            if word(at: index) != other.word(at: index) { return false }
            index &+= 8
        }
        while index < count {
            if self[index] != other[index] { return false }
            index &+= 1
        }
        return true
    }

    /// Whether all bytes are visible ASCII, `!` to `~`.
    public var isVisibleASCII: Bool {
        var index = 0
        // Eight at a time: in sums of seven-bit bytes, which carry into no neighbour, the top bit says "at least".
        let high: UInt64 = 0x8080_8080_8080_8080
        while count &- index >= 8 {
            let x = word(at: index)
            let low = x & ~high
            let isVisible = (low &+ 0x5F5F_5F5F_5F5F_5F5F) & ~(low &+ 0x0101_0101_0101_0101) & ~x
            if isVisible & high != high { return false }
            index &+= 8
        }
        while index < count {
            if self[index] &- 0x21 >= 0x5E { return false }
            index &+= 1
        }
        return true
    }

    /// Whether `text` stands at `offset`.
    public func matches(_ text: StaticString, at offset: Int) -> Bool {
        guard offset >= 0, count &- offset >= text.utf8CodeUnitCount else { return false }
        let part = extracting(offset..<offset &+ text.utf8CodeUnitCount)
        return unsafe part.isEqual(to: Span(_unsafeStart: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Whether the bytes are those of `text` but for the case of ASCII letters.
    public func isEqual(toLettersOf text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        let text = unsafe Span(_unsafeStart: text.utf8Start, count: count)
        for index in indices {
            let (left, right) = (self[index], text[index])
            if left != right, CharacterClass.lowercased(left) != CharacterClass.lowercased(right) { return false }
        }
        return true
    }

    /// The first place of `byte` from `start` on.
    public func firstIndex(of byte: UInt8, from start: Int) -> Int? {
        let pattern = UInt64(byte) &* 0x0101_0101_0101_0101
        var index = start
        while count &- index >= 8 {
            let hits = Self.zeros(in: word(at: index) ^ pattern)
            // The lowest hit is true; a borrow may add others above it.
            if hits != 0 { return index &+ hits.trailingZeroBitCount &>> 3 }
            index &+= 8
        }
        while index < count {
            if self[index] == byte { return index }
            index &+= 1
        }
        return nil
    }

    /// A number that is the same for the same bytes and mostly another for others; whoever chooses the bytes can find ones
    /// with any number.
    public func weakHash() -> UInt64 {
        var hash = UInt64(truncatingIfNeeded: count)
        var index = 0
        while count &- index >= 8 {
            hash = (hash ^ word(at: index)) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash &>> 32
            index &+= 8
        }
        if index == count { return hash }
        // The rest, with bytes that were taken before if there are any.
        if count >= 8 { return (hash ^ word(at: count &- 8)) &* 0x9E37_79B9_7F4A_7C15 }
        while index < count {
            hash = (hash ^ UInt64(self[index])) &* 0x0000_0100_0000_01B3
            index &+= 1
        }
        return hash
    }

    /// The number that eight decimal digits at `offset` make; nil when other bytes are there, or fewer.
    @inline(__always)
    public func eightDigits(at offset: Int) -> UInt64? {
        guard offset >= 0, count &- offset >= 8 else { return nil }
        let x = word(at: offset)
        // The upper half of each digit is 3, and stays so when six is added.
        let upper: UInt64 = 0xF0F0_F0F0_F0F0_F0F0
        guard (x & upper) | ((x &+ 0x0606_0606_0606_0606) & upper) &>> 4 == 0x3333_3333_3333_3333 else { return nil }
        // Neighbours are joined three times: digits to numbers of two, these to four, these to eight.
        let pairs = (((x & 0x0F0F_0F0F_0F0F_0F0F) &* 2561) &>> 8) & 0x00FF_00FF_00FF_00FF
        let fours = ((pairs &* 6_553_601) &>> 16) & 0x0000_FFFF_0000_FFFF
        return (fours &* 42_949_672_960_001) &>> 32
    }

    /// The first byte from `start` on that may not stand in a JSON text as it is (RFC 8259 section 7), or DEL, which nobody
    /// wants to meet raw; `count` when there is none.
    public func firstToEscape(from start: Int) -> Int {
        var index = start
        while count &- index >= 8 {
            let hits = Self.toEscape(in: word(at: index))
            if hits != 0 { return index &+ hits.trailingZeroBitCount &>> 3 }
            index &+= 8
        }
        if index > start, index < count {
            // The rest once more with bytes that were looked at.
            let hits = Self.toEscape(in: word(at: count &- 8))
            return hits == 0 ? count : count &- 8 &+ hits.trailingZeroBitCount &>> 3
        }
        while index < count {
            if Self.mustEscape(self[index]) { return index }
            index &+= 1
        }
        return count
    }

    /// The top bit of each byte that has to be escaped; above the lowest of them also of some that have not.
    @inline(__always)
    private static func toEscape(in x: UInt64) -> UInt64 {
        ((x &- 0x2020_2020_2020_2020) & ~x & 0x8080_8080_8080_8080)
            | zeros(in: x ^ 0x2222_2222_2222_2222) | zeros(in: x ^ 0x5C5C_5C5C_5C5C_5C5C)
            | zeros(in: x ^ 0x7F7F_7F7F_7F7F_7F7F)
    }

    private static func mustEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F
    }

    /// The top bit of each byte that is zero; above the lowest of them also of some that are one.
    @inline(__always)
    private static func zeros(in x: UInt64) -> UInt64 {
        (x &- 0x0101_0101_0101_0101) & ~x & 0x8080_8080_8080_8080
    }
}
