internal import WeChat

/// What is shown of the state: in logs, on the page of readiness, in metrics and tests.
extension AccessTokenStateMachine {
    enum Phase: String, CaseIterable, Sendable {
        /// No token that could be used yet, or a fetch is under way.
        case fetching
        /// A good token, not due yet.
        case fresh
        /// A good token that is to be renewed.
        case due
        /// The last try failed; the next one is scheduled.
        case retrying
        /// The current token is proven dead and is being replaced.
        case dead
        /// The current token is dead, and a forced refresh is not allowed yet.
        case budgetSpent
    }

    func phase(now: Int64) -> Phase {
        if deathFoundBy != nil {
            return operation == nil && pause?.kind == .budget ? .budgetSpent : .dead
        }
        if case .fetching = operation { return .fetching }
        if failures > 0 { return .retrying }
        guard usable(by: .ownCall, now: now) != nil else { return .fetching }
        return due <= now ? .due : .fresh
    }

    /// The token that is being served; nil: none.
    func served(now: Int64) -> KeptAccessToken? { usable(by: .ownCall, now: now) }

    /// Nothing is under way: after `stop` the shell may close.
    var isIdle: Bool { operation == nil }

    /// When a forced refresh is allowed, Unix milliseconds; nil: none is needed, or none is refused.
    var forceAllowedAt: Int64? { deathFoundBy == nil ? nil : budgetSpentUntil }
}
