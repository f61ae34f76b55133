internal import Synchronization

/// How often each key of the operator's listener was used, allowed or not. Any thread.
///
/// The names are those of configured keys, so they are few.
final class AdminKeyUses: Sendable {
    /// What came of a use.
    enum Outcome: String, CaseIterable, Sendable {
        case allowed
        /// The key is good, but not for such a call.
        case forbidden
    }

    private struct Use: Hashable {
        let name: String
        let outcome: Outcome
    }

    private let counts = Mutex<[Use: Int]>([:])
    private let unknown = Atomic<Int>(0)

    /// Counts a use of a known key.
    func add(_ name: String, _ outcome: Outcome) {
        counts.withLock { $0[Use(name: name, outcome: outcome), default: 0] += 1 }
    }

    /// Counts a call with an unknown key, or none.
    func addUnknown() { unknown.add(1, ordering: .relaxed) }

    /// Uses of one key so far.
    func count(_ name: String, _ outcome: Outcome) -> Int {
        counts.withLock { $0[Use(name: name, outcome: outcome)] ?? 0 }
    }

    /// Calls with an unknown key, or none, so far.
    var unknownCount: Int { unknown.load(ordering: .relaxed) }
}
