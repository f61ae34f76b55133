/// Codes that were exchanged a moment ago, in the order in which they are forgotten: a ring, and an index of it.
///
/// A code comes in as the record of its exchange, which whoever logs in may still need; once the session is open, a plain
/// piece of memory takes the record's place.
struct RememberedCodes {
    /// A power of two, so that a mask finds a number's place.
    private static let placesMin = 16

    private enum Content {
        case record(CodeRecord)
        case opened(RememberedCode)
        case nothing
    }

    private struct Place {
        let key: CodeKey
        /// Unix milliseconds.
        let forgetAt: Int64
        var content: Content

        /// For `reserve`, and what is left of a forgotten code.
        static let empty = Place(key: .none, forgetAt: 0, content: .nothing)
    }

    /// A code that is remembered.
    enum Found {
        case record(CodeRecord)
        case opened(RememberedCode)
    }

    private let countMax: Int
    private var places: [Place] = Array(repeating: .empty, count: placesMin)
    private var index = CodeIndex()
    /// Numbers count on for ever, wrapping; a number's place is what the mask leaves of it.
    private var first: UInt32 = 0
    private(set) var count = 0

    /// - Parameter countMax: above it the oldest are forgotten early; at least 1.
    init(countMax: Int) {
        self.countMax = countMax
    }

    /// What is remembered of a code.
    func find(_ key: CodeKey, now: Int64) -> Found? {
        let number = index.number(of: key) { number in
            let place = self.place(of: number)
            return places[place].key == key && places[place].forgetAt > now
        }
        guard let number else { return nil }
        switch places[place(of: number)].content {
        case .record(let record): return .record(record)
        case .opened(let code): return .opened(code)
        case .nothing: return nil
        }
    }

    /// Remembers a code, no shorter than those before it.
    mutating func append(_ record: CodeRecord, until forgetAt: Int64) {
        if count >= countMax { dropFirst() }
        if count == places.count { resize(to: places.count * 2) }
        let number = first &+ UInt32(truncatingIfNeeded: count)
        places[place(of: number)] = Place(key: record.key, forgetAt: forgetAt, content: .record(record))
        index.insert(number, of: record.key)
        count += 1
    }

    /// Keeps of a record only what a repeat needs; nothing happens when it is forgotten by now.
    mutating func replace(_ record: CodeRecord, by code: RememberedCode) {
        let number = index.number(of: record.key) { number in
            if case .record(let kept) = places[place(of: number)].content { kept === record } else { false }
        }
        if let number { places[place(of: number)].content = .opened(code) }
    }

    /// Forgets some of what has expired.
    mutating func forget(now: Int64, max: Int) {
        for _ in 0..<max {
            guard count > 0, places[place(of: first)].forgetAt <= now else { break }
            dropFirst()
        }
        // After a crowd; small rings are not worth it.
        if places.count > 8 * Self.placesMin, count * 8 < places.count { resize(to: places.count / 2) }
    }

    private mutating func dropFirst() {
        let place = place(of: first)
        index.remove(first, of: places[place].key)
        places[place].content = .nothing
        first &+= 1
        count -= 1
    }

    private mutating func resize(to size: Int) {
        var moved = Array(repeating: Place.empty, count: size)
        for offset in 0..<count {
            let number = first &+ UInt32(truncatingIfNeeded: offset)
            moved[Int(number) & (size - 1)] = places[place(of: number)]
        }
        places = moved
    }

    private func place(of number: UInt32) -> Int { Int(number) & (places.count - 1) }
}
