/// The session_keys of one user: the newest, and those before it that a client's data may still be encrypted under.
///
/// Decides; no clock, no encryption. Times are Unix milliseconds.
package struct SessionKeyHistory: Equatable, Sendable {
    /// Keys kept beside the newest (contract section 3, decrypt).
    package static let displacedMax = 2
    /// How long a displaced key is of use: what a client encrypted before is sent within days or never.
    package static let displacedMilliseconds: Int64 = 3 * 86_400_000

    /// One key that was the newest once.
    package struct Displaced: Equatable, Sendable {
        package let key: StoredSessionKey
        package let displacedAt: Int64

        package init(key: StoredSessionKey, displacedAt: Int64) {
            self.key = key
            self.displacedAt = displacedAt
        }
    }

    /// The key of the last login.
    package private(set) var newest: StoredSessionKey?
    /// Newest first.
    package private(set) var displaced: [Displaced]

    /// An empty history, or a stored one.
    package init(newest: StoredSessionKey? = nil, displaced: [Displaced] = []) {
        self.newest = newest
        self.displaced = displaced
    }

    /// A login brought this key. WeChat gives the same one again while it is in use: then nothing is displaced.
    package mutating func record(_ key: StoredSessionKey, now: Int64) {
        let former = newest
        newest = key
        displaced.removeAll { $0.key.fingerprint == key.fingerprint }
        if let former, former.fingerprint != key.fingerprint {
            displaced.insert(Displaced(key: former, displacedAt: now), at: 0)
        }
        expire(now: now)
        displaced.removeLast(max(0, displaced.count - Self.displacedMax))
    }

    /// Drops what is of no use any more; true when there was something.
    @discardableResult
    package mutating func expire(now: Int64) -> Bool {
        let before = displaced.count
        displaced.removeAll { $0.displacedAt <= now - Self.displacedMilliseconds }
        return displaced.count != before
    }

    /// What may decrypt a client's data, newest first.
    package func usable(now: Int64) -> [SealedRecord] {
        let older = displaced.filter { $0.displacedAt > now - Self.displacedMilliseconds }
        return (newest.map { [$0.sealed] } ?? []) + older.map(\.key.sealed)
    }
}
