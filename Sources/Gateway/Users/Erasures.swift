internal import Synchronization

/// Counts erased users, so that a login can tell whether one fell into its midst. Any thread.
final class Erasures: Sendable {
    private let made = Atomic<Int>(0)

    /// Erasures so far.
    var count: Int { made.load(ordering: .acquiring) }

    /// A user was erased from the store.
    func add() { made.add(1, ordering: .releasing) }
}
