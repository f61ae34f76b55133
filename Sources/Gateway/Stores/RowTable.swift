/// Rows of bytes, each with a number beside it, found by the digest of their user; in little more memory than they have
/// bytes.
///
/// Open addressing with linear probing over places of 16 bytes, at most three quarters of them taken, and a ``RowBlock`` a
/// row. The digest is random bits already, so it is its own hash. Whoever owns a table sees to it that one thread uses it
/// at a time.
struct RowTable: ~Copyable {
    /// Half of the digest, and the row that has the other.
    private struct Place {
        var key: UInt64 = 0
        var block: RowBlock?
    }

    /// A power of two, as all their counts are.
    private static let placesMin = 16

    private var places = [Place](repeating: Place(), count: placesMin)
    /// Rows.
    private(set) var count = 0

    deinit {
        for place in places { place.block?.free() }
    }

    /// Runs a body with the row of a user.
    ///
    /// - Returns: what the body says; nil when there is no row.
    func withRow<Result>(of user: UserDigest, _ body: (Span<UInt8>, _ number: Int64) -> Result) -> Result? {
        block(of: user)?.read(body)
    }

    /// The block of a user's row, to be read before the table changes; nil when there is none.
    func block(of user: UserDigest) -> RowBlock? {
        guard let index = find(user) else { return nil }
        return places[index].block
    }

    /// Goes over the rows for as long as a body wants more.
    func forEach(_ body: (UserDigest, Span<UInt8>) -> Bool) {
        for place in places {
            guard let block = place.block else { continue }
            let user = UserDigest(low: place.key, high: block.key)
            if !block.read({ bytes, _ in body(user, bytes) }) { return }
        }
    }

    /// Keeps a row in place of the one before, if there is one.
    mutating func set(_ bytes: Span<UInt8>, number: Int64, of user: UserDigest) {
        if let index = find(user) {
            places[index].block?.replace(bytes, number: number)
            return
        }
        count += 1
        if count * 4 > places.count * 3 { grow() }
        put(Place(key: user.low, block: RowBlock(bytes, number: number, key: user.high)))
    }

    /// Forgets the row of a user.
    mutating func remove(_ user: UserDigest) {
        guard var hole = find(user) else { return }
        places[hole].block?.free()
        count -= 1
        // Rows that had to go further because the hole was taken move back, or probing would not find them any more.
        let mask = places.count - 1
        var next = (hole + 1) & mask
        while places[next].block != nil {
            if (next - home(of: places[next].key)) & mask >= (next - hole) & mask {
                places[hole] = places[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        places[hole] = Place()
    }

    private func find(_ user: UserDigest) -> Int? {
        var index = home(of: user.low)
        while let block = places[index].block {
            if places[index].key == user.low, block.key == user.high { return index }
            index = (index + 1) & (places.count - 1)
        }
        return nil
    }

    private mutating func put(_ place: Place) {
        var index = home(of: place.key)
        while places[index].block != nil { index = (index + 1) & (places.count - 1) }
        places[index] = place
    }

    private mutating func grow() {
        let before = places
        places = [Place](repeating: Place(), count: before.count * 2)
        for place in before where place.block != nil { put(place) }
    }

    private func home(of key: UInt64) -> Int {
        Int(truncatingIfNeeded: key) & (places.count - 1)
    }
}
