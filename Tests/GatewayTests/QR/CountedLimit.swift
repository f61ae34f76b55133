import Synchronization

/// A limit a minute of the clock, for tests that stay within one.
final class CountedLimit<Key: Hashable & Sendable>: Sendable {
    private let limit: Int
    private let counts = Mutex<[Key: Int]>([:])

    init(_ limit: Int) { self.limit = limit }

    func take(_ key: Key) -> Int? {
        counts.withLock { counts in
            guard counts[key, default: 0] < limit else { return 60 }
            counts[key, default: 0] += 1
            return nil
        }
    }

    func isExhausted(_ key: Key) -> Int? { counts.withLock { $0[key, default: 0] < limit ? nil : 60 } }
}
