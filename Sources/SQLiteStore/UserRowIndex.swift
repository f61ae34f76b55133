/// Which row may be a user's, by a hash of who he is: eight bytes a place, open addressing with linear probing.
///
/// Two users may share a hash: whoever asks looks into the row. Half of the hash is enough for that to be rare, and the other
/// half is worth more as the row's number: a million users take 16 MiB.
struct UserRowIndex {
    /// Rows that a number of 32 bits can tell apart, 0 not being one of SQLite's.
    static let rowMax = Int64(UInt32.max)

    private static let countMin = 1_024

    /// The hash above, the row below; 0: free. As many as a power of two.
    private var places = [UInt64](repeating: 0, count: countMin)
    /// Rows that are in it.
    private(set) var count = 0

    private var mask: Int { places.count - 1 }

    /// The first row under a hash for which a body says yes.
    func first<Failure>(
        under hash: UInt32,
        where isWanted: (Int64) throws(Failure) -> Bool
    ) throws(Failure) -> Int64? {
        var position = Int(hash) & mask
        while places[position] != 0 {
            let place = places[position]
            if UInt32(truncatingIfNeeded: place >> 32) == hash {
                let row = Int64(place & 0xffff_ffff)
                if try isWanted(row) { return row }
            }
            position = (position + 1) & mask
        }
        return nil
    }

    /// Adds a row that is not there yet; from 1 to ``rowMax``.
    mutating func insert(_ row: Int64, under hash: UInt32) {
        // Three quarters full, a search looks at two or three places, most of them in one cache line.
        if (count + 1) * 4 > places.count * 3 { grow() }
        put(UInt64(hash) << 32 | UInt64(row))
        count += 1
    }

    /// Takes a row out; nothing happens when it is not there.
    mutating func remove(_ row: Int64, under hash: UInt32) {
        let place = UInt64(hash) << 32 | UInt64(row)
        var hole = Int(hash) & mask
        while places[hole] != place {
            if places[hole] == 0 { return }
            hole = (hole + 1) & mask
        }
        count -= 1
        // Those behind move up, unless they stand nearer to where they belong than the hole is: no marks of the dead.
        var position = hole
        while true {
            position = (position + 1) & mask
            if places[position] == 0 { break }
            let home = Int(places[position] >> 32) & mask
            if (position - home) & mask >= (position - hole) & mask {
                places[hole] = places[position]
                hole = position
            }
        }
        places[hole] = 0
    }

    private mutating func grow() {
        let before = places
        places = [UInt64](repeating: 0, count: before.count * 2)
        for place in before where place != 0 { put(place) }
    }

    private mutating func put(_ place: UInt64) {
        var position = Int(place >> 32) & mask
        while places[position] != 0 { position = (position + 1) & mask }
        places[position] = place
    }
}
