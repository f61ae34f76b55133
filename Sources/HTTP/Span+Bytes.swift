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

    /// The first byte from `start` on that may not stand in a field value (CR and LF among them), or `count`.
    @inline(__always)
    func firstForbiddenInValue(from start: Int) -> Int {
        var index = start
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
    func matches(_ range: Range<Int>, lowercased name: String) -> Bool {
        let name = name.utf8.span
        guard name.count == range.count else { return false }
        var index = range.lowerBound
        for offset in 0..<name.count {
            if CharacterClass.lowercased(self[index]) != name[offset] { return false }
            index &+= 1
        }
        return true
    }

    /// Whether the bytes of `range` are exactly those of `text`.
    func equals(_ range: Range<Int>, _ text: String) -> Bool {
        let text = text.utf8.span
        guard text.count == range.count else { return false }
        for offset in 0..<text.count where self[range.lowerBound &+ offset] != text[offset] { return false }
        return true
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
