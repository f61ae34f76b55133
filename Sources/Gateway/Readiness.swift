internal import Synchronization

/// Whether the gateway takes work: not before every loop listens, and not while it drains. Any thread.
final class Readiness: Sendable {
    private let state = Atomic(false)

    var isReady: Bool { state.load(ordering: .relaxed) }

    func set(_ ready: Bool) { state.store(ready, ordering: .relaxed) }
}
