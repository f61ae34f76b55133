internal import Synchronization

/// Counts what each key did in the last minute. Shared by all loops; any thread.
final class MinuteLimiter<Key: Hashable & Sendable>: Sendable {
    private let limit: Int

    /// - Parameter limit: a minute; 0: none.
    init(limit: Int) {
        self.limit = limit
    }
}
