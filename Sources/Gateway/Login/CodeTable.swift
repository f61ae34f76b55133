/// Codes being exchanged, by their keys: open addressing with linear probing, eight bytes a place.
///
/// A dictionary would hash the key again for each operation, and keep it twice.
struct CodeTable {
    /// A power of two, so that a mask finds the place.
    private static let placesMin = 16

    private var places: [CodeRecord?] = Array(repeating: nil, count: placesMin)
    /// Records in the table.
    private(set) var count = 0

    /// The record of a key.
    func record(of key: CodeKey) -> CodeRecord? {
        var place = home(of: key)
        while let record = places[place] {
            if record.key == key { return record }
            place = next(place)
        }
        return nil
    }

    /// Adds a record in place of the one that its key has.
    mutating func insert(_ record: CodeRecord) {
        // A third stays free, so that probes are short.
        if (count + 1) * 3 > places.count * 2 { resize(to: places.count * 2) }
        var place = home(of: record.key)
        while let other = places[place] {
            if other.key == record.key {
                places[place] = record
                return
            }
            place = next(place)
        }
        places[place] = record
        count += 1
    }

    /// Takes a record out; harmless when it is not there, or another one in its place.
    mutating func remove(_ record: CodeRecord) {
        var place = home(of: record.key)
        while let other = places[place], other !== record { place = next(place) }
        guard places[place] != nil else { return }
        places[place] = nil
        count -= 1
        close(gap: place)
        if places.count > Self.placesMin, count * 8 < places.count { resize(to: places.count / 2) }
    }

    /// Moves what only stands behind the gap because something stood in it.
    private mutating func close(gap: Int) {
        var gap = gap
        var place = next(gap)
        while let record = places[place] {
            let distance = (place &- home(of: record.key)) & (places.count - 1)
            if distance >= (place &- gap) & (places.count - 1) {
                places.swapAt(gap, place)
                gap = place
            }
            place = next(place)
        }
    }

    private mutating func resize(to count: Int) {
        let records = places
        places = Array(repeating: nil, count: count)
        self.count = 0
        for case let record? in records { insert(record) }
    }

    private func home(of key: CodeKey) -> Int { Int(truncatingIfNeeded: key.low) & (places.count - 1) }

    private func next(_ place: Int) -> Int { (place + 1) & (places.count - 1) }
}
