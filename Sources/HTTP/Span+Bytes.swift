// The only unsafe code of this module: bulk copies and word loads that `Span` does not offer yet. Each checks its
// range first.

extension Span<UInt8> {
    /// The bytes of `range` as an array of exactly that capacity.
    func copy(_ range: Range<Int>) -> [UInt8] {
        let part = extracting(range)
        return unsafe part.withUnsafeBufferPointer { unsafe Array($0) }
    }

    /// Appends the bytes of `range` to `array`.
    func append(_ range: Range<Int>, to array: inout [UInt8]) {
        let part = extracting(range)
        unsafe part.withUnsafeBufferPointer { unsafe array.append(contentsOf: $0) }
    }

    /// The bytes of `range` as UTF-8; invalid sequences become U+FFFD.
    func string(_ range: Range<Int>) -> String {
        let part = extracting(range)
        return unsafe part.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// The eight bytes from `offset` on, the first one in the lowest bits.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        precondition(offset >= 0 && count &- offset >= 8)
        return UInt64(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
    }

    /// The 32 bytes from `offset` on as four words, for tests that do not ask where in a word a byte is.
    @inline(__always)
    func quadWord(at offset: Int) -> SIMD4<UInt64> {
        precondition(offset >= 0 && count &- offset >= 32)
        return unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: SIMD4<UInt64>.self)
    }

    /// Behind the letters, digits, `-` and `.` that stand from `start` on: most of what names and hosts consist of. May
    /// stop too early, never too late, so who looks for the end of a larger class goes on from there.
    @inline(__always)
    func endOfPlainText(from start: Int) -> Int {
        var index = start
        let high: UInt64 = 0x8080_8080_8080_8080
        // Eight bytes at a time. Sums of seven-bit bytes carry into no neighbour: the top bit of each says "at least".
        while count &- index >= 8 {
            let x = word(at: index)
            let letter = (x | 0x2020_2020_2020_2020) & ~high
            let isLetter = (letter &+ 0x1F1F_1F1F_1F1F_1F1F) & ~(letter &+ 0x0505_0505_0505_0505)
            let other = x & ~high
            // `-` to `9`, but for the slash among them.
            let isOther = (other &+ 0x5353_5353_5353_5353) & ~(other &+ 0x4646_4646_4646_4646)
            let slash = other ^ 0x2F2F_2F2F_2F2F_2F2F
            let isNoSlash = slash &+ 0x7F7F_7F7F_7F7F_7F7F
            let rest = ~((isLetter | (isOther & isNoSlash)) & ~x) & high
            if rest != 0 { return index &+ (rest.trailingZeroBitCount &>> 3) }
            index &+= 8
        }
        return index
    }

    /// Behind the characters of a request target that stand from `start` on; stops early within eight bytes of the end.
    @inline(__always)
    func endOfTarget(from start: Int) -> Int {
        var index = start
        let high: UInt64 = 0x8080_8080_8080_8080
        while count &- index >= 8 {
            let x = word(at: index)
            let low = x & ~high
            let isVisible = (low &+ 0x5F5F_5F5F_5F5F_5F5F) & ~(low &+ 0x0101_0101_0101_0101)
            let isNoHash = (low ^ 0x2323_2323_2323_2323) &+ 0x7F7F_7F7F_7F7F_7F7F
            let rest = ~(isVisible & isNoHash & ~x) & high
            if rest != 0 { return index &+ (rest.trailingZeroBitCount &>> 3) }
            index &+= 8
        }
        return index
    }

    /// The first byte from `start` on that may not stand in a field value (CR and LF among them), or `count`.
    @inline(__always)
    func firstForbiddenInValue(from start: Int) -> Int {
        var index = start
        // Values may be long, as tokens are: 32 bytes at a time first, by the same test as below.
        while count &- index >= 32 {
            let x = quadWord(at: index)
            let y = x ^ SIMD4(repeating: 0x7F7F_7F7F_7F7F_7F7F)
            let hits =
                ((x &- SIMD4(repeating: 0x2020_2020_2020_2020)) & ~x)
                | ((y &- SIMD4(repeating: 0x0101_0101_0101_0101)) & ~y)
            guard (hits[0] | hits[1] | hits[2] | hits[3]) & 0x8080_8080_8080_8080 == 0 else { break }
            index &+= 32
        }
        // Eight bytes at a time: `(x - 0x20…) & ~x` has the top bit of each byte below 0x20, `x ^ 0x7F…` makes DEL a
        // zero. A borrow can only set bits above the lowest hit, and only the lowest one is used.
        while count &- index >= 8 {
            let x = word(at: index)
            let y = x ^ 0x7F7F_7F7F_7F7F_7F7F
            let hits =
                ((x &- 0x2020_2020_2020_2020) & ~x | (y &- 0x0101_0101_0101_0101) & ~y) & 0x8080_8080_8080_8080
            if hits == 0 {
                index &+= 8
                continue
            }
            index &+= hits.trailingZeroBitCount &>> 3
            if CharacterClass.isForbiddenInValue(self[index]) { return index }
            index &+= 1
        }
        while index < count, !CharacterClass.isForbiddenInValue(self[index]) { index &+= 1 }
        return index
    }

    /// Whether the bytes of `range` are `name` but for the case of ASCII letters; `name` is given in lower case.
    @inline(__always)
    func matches(_ range: Range<Int>, lowercased name: StaticString) -> Bool {
        let length = name.utf8CodeUnitCount
        guard length == range.count else { return false }
        let name = unsafe Span(_unsafeStart: name.utf8Start, count: length)
        if length >= 8 {
            // Eight bytes at a time; the last eight may overlap those before.
            var offset = 0
            while offset < length &- 8 {
                guard Self.isSame(word(at: range.lowerBound &+ offset), lowercased: name.word(at: offset)) else {
                    return false
                }
                offset &+= 8
            }
            return Self.isSame(word(at: range.upperBound &- 8), lowercased: name.word(at: length &- 8))
        }
        for offset in 0..<length where CharacterClass.lowercased(self[range.lowerBound &+ offset]) != name[offset] {
            return false
        }
        return true
    }

    /// Whether eight bytes are the same but for the case of letters, of which the right ones are in lower case.
    @inline(__always)
    private static func isSame(_ left: UInt64, lowercased right: UInt64) -> Bool {
        let high: UInt64 = 0x8080_8080_8080_8080
        let low = right & ~high
        let isLetter = (low &+ 0x1F1F_1F1F_1F1F_1F1F) & ~(low &+ 0x0505_0505_0505_0505) & ~right & high
        // Only the bit that makes a letter a small one may differ.
        return (left ^ right) & ~(isLetter &>> 2) == 0
    }

    /// `range` without OWS at both ends.
    @inline(__always)
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var low = range.lowerBound
        var high = range.upperBound
        while low < high, CharacterClass.isWhitespace(self[low]) { low &+= 1 }
        while high > low, CharacterClass.isWhitespace(self[high &- 1]) { high &-= 1 }
        return low..<high
    }
}
