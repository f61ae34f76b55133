/// Finds places of remembered codes: open addressing with linear probing, eight bytes an entry, which says by itself where
/// it belongs, so that no probe looks at the codes.
struct CodeIndex {
    /// A power of two, so that a mask finds the home of an entry.
    private static let entriesMin = 16

    /// 0: none. Else a tag in the upper half, never 0, and the number in the lower.
    private var entries: [UInt64] = Array(repeating: 0, count: entriesMin)
    private(set) var count = 0

    /// The number of the first entry of this key that is the right one, by the caller's judgement.
    func number(of key: CodeKey, where isRight: (UInt32) -> Bool) -> UInt32? {
        let tag = Self.tag(of: key)
        var place = home(of: tag)
        while entries[place] != 0 {
            let entry = entries[place]
            if Self.tag(of: entry) == tag, isRight(Self.number(of: entry)) { return Self.number(of: entry) }
            place = next(place)
        }
        return nil
    }

    /// Adds an entry; a key may have several.
    mutating func insert(_ number: UInt32, of key: CodeKey) {
        // A third stays free, so that probes are short.
        if (count + 1) * 3 > entries.count * 2 { resize(to: entries.count * 2) }
        insert(UInt64(Self.tag(of: key)) << 32 | UInt64(number))
    }

    /// Takes an entry out; harmless when there is none.
    mutating func remove(_ number: UInt32, of key: CodeKey) {
        let entry = UInt64(Self.tag(of: key)) << 32 | UInt64(number)
        var place = home(of: Self.tag(of: key))
        while entries[place] != 0, entries[place] != entry { place = next(place) }
        guard entries[place] != 0 else { return }
        entries[place] = 0
        count -= 1
        close(gap: place)
        if entries.count > Self.entriesMin, count * 8 < entries.count { resize(to: entries.count / 2) }
    }

    private mutating func insert(_ entry: UInt64) {
        var place = home(of: Self.tag(of: entry))
        while entries[place] != 0 { place = next(place) }
        entries[place] = entry
        count += 1
    }

    /// Moves what only stands behind the gap because something stood in it.
    private mutating func close(gap: Int) {
        var gap = gap
        var place = next(gap)
        while entries[place] != 0 {
            let distance = (place &- home(of: Self.tag(of: entries[place]))) & (entries.count - 1)
            if distance >= (place &- gap) & (entries.count - 1) {
                entries[gap] = entries[place]
                entries[place] = 0
                gap = place
            }
            place = next(place)
        }
    }

    private mutating func resize(to size: Int) {
        let old = entries
        entries = Array(repeating: 0, count: size)
        count = 0
        for entry in old where entry != 0 { insert(entry) }
    }

    private static func tag(of key: CodeKey) -> UInt32 { UInt32(truncatingIfNeeded: key.low) | 0x8000_0000 }

    private static func tag(of entry: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: entry >> 32) }

    private static func number(of entry: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: entry) }

    private func home(of tag: UInt32) -> Int { Int(tag) & (entries.count - 1) }

    private func next(_ place: Int) -> Int { (place + 1) & (entries.count - 1) }
}
