internal import Synchronization

/// Whether the gateway takes work: not before every loop listens, not while it drains, and not while a store is in
/// trouble. WeChat's trouble is none of ours. Any thread.
final class Readiness: Sendable {
    /// Where the gateway is in its life.
    enum Phase: Int, Sendable {
        case starting, running, draining
    }

    private let phase = Atomic(Phase.starting.rawValue)
    private let users: any UserStore
    private let sessions: any SessionStore

    init(users: any UserStore, sessions: any SessionStore) {
        self.users = users
        self.sessions = sessions
    }

    var isReady: Bool { reasons.isEmpty }

    /// Why it takes no work, in words for an operator; empty: it does. Never waits.
    var reasons: [String] {
        let phase = Phase(rawValue: phase.load(ordering: .relaxed)) ?? .starting
        let ofPhase = phase == .running ? [] : ["\(phase)"]
        // One store may serve both, and says the same twice.
        var ofStores: [String] = []
        for case let trouble? in [users.trouble, sessions.trouble] where !ofStores.contains(trouble) {
            ofStores.append(trouble)
        }
        return ofPhase + ofStores.map { "store: \($0)" }
    }

    func set(_ phase: Phase) { self.phase.store(phase.rawValue, ordering: .relaxed) }
}
