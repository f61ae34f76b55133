import Glibc
import Synchronization

/// Holds a thread until it is opened.
final class Gate: Sendable {
    private let reached = Atomic(false)
    private let opened = Atomic(false)

    var isReached: Bool { reached.load(ordering: .acquiring) }

    func open() { opened.store(true, ordering: .releasing) }

    /// Blocks; for at most ten seconds, so that a failing test ends.
    func pass() {
        reached.store(true, ordering: .releasing)
        for _ in 0..<10_000 where !opened.load(ordering: .acquiring) { usleep(1_000) }
    }
}
