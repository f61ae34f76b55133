internal import WeChat

/// The life of one app's access_token: when it is fetched, what is served, and what is done when it is called dead.
///
/// Decides without lock, clock, task or I/O. `Waiter` is whatever the shell wakes a request by; every `now` is Unix time
/// in milliseconds and may go back or far ahead between two calls. At most one operation (load, fetch, proof, save
/// before a forced fetch) is under way; the shell reports its end, however it ends.
struct AccessTokenStateMachine<Waiter> {
    typealias Action = AccessTokenAction<Waiter>

    /// What was asked of the shell and is not reported yet.
    enum Operation: Equatable {
        case loading
        case fetching(AccessTokenFetch, since: Int64)
        case proving(AccessToken)
        case savingBeforeForce
    }

    /// A request that waits.
    struct Waiting {
        let id: Int
        let waiter: Waiter
        let user: AccessTokenUser
        /// What it says is dead; nil: it only needs a token.
        let reported: AccessToken?
        /// It named the token, so that it may be told the same one again.
        let isNamed: Bool
        /// Another token than `reported` means that `reported` was replaced while this waited.
        let seesReplacement: Bool
    }

    /// Requests that wait for one app's token: far more than a burst of logins, and few enough to wake in one turn.
    static var waitersMax: Int { 4096 }

    let policy: AccessTokenPolicy
    var schedule: AccessTokenSchedule

    var isLoaded = false
    var isStopped = false
    var operation: Operation?
    var inquiry: AccessTokenInquiry?
    var verdict: AccessTokenVerdict?
    var waiting: [Waiting] = []

    /// The last token, whether it can still be used or not; nil before the first.
    var current: KeptAccessToken?
    /// Who noticed that `current` is dead: it is proven, and it is not used any more.
    var deathFoundBy: AccessTokenUser?
    /// WeChat's words about it.
    var deathRefusal: WeChatRefusal?
    /// The dead token before the current one, should WeChat hand it out once more.
    var lastDead: AccessToken?

    var budget = ForcedRefreshBudget()
    var calls = TokenCallBucket()

    /// When the current token is to be renewed; without a token at once.
    var due = Int64.min
    var pause: AccessTokenPause?
    /// In a row.
    var failures = 0
    var lastFailure: WeChatError?
    var lastTriedAt: Int64?
    /// When a forced refresh is allowed that was not, the last time it was needed.
    var budgetSpentUntil: Int64?
    /// WeChat itself refused a forced refresh.
    var forceRefused: AccessTokenPause?
    /// A token in doubt was fetched anew, which in legacy mode may have ended a good one.
    var doubtedAt: Int64?
    /// What the shell was told last.
    var setWake: Int64?

    /// - Parameter seed: of the jitter; another one in every process.
    init(policy: AccessTokenPolicy, seed: UInt64) {
        self.policy = policy
        schedule = AccessTokenSchedule(policy: policy, seed: seed)
    }

    /// The token to use or hand out without waiting; nil: `ask`.
    func usable(by user: AccessTokenUser, now: Int64) -> KeptAccessToken? {
        guard let current, deathFoundBy == nil else { return nil }
        let left = current.expiresAt - now
        return left >= (user == .ownCall ? 1 : AccessTokenSchedule.handOutMin) ? current : nil
    }

    /// Begins; once.
    mutating func start(now: Int64) -> [Action] {
        var actions: [Action] = []
        goOn(now: now, into: &actions)
        return actions
    }

    /// The store's record was read, or there is none.
    mutating func loaded(_ record: AccessTokenRecord?, now: Int64) -> [Action] {
        guard operation == .loading else { return [] }
        operation = nil
        isLoaded = true
        failures = 0
        lastFailure = nil
        if let record { restore(record, now: now) }
        var actions: [Action] = []
        goOn(now: now, into: &actions)
        return actions
    }

    /// The store did not answer. Nothing is fetched before the budget is known.
    mutating func loadFailed(now: Int64) -> [Action] {
        guard operation == .loading else { return [] }
        operation = nil
        failures += 1
        let error = WeChatError.connection(reason: "the store of access_tokens does not answer")
        lastFailure = error
        pause = schedule.ordinary(count: failures, now: now)
        var actions: [Action] = []
        goOn(now: now, into: &actions)
        return actions
    }

    /// The time of the last `wakeAt` has come; earlier or more often does no harm.
    mutating func wake(now: Int64) -> [Action] {
        setWake = nil
        var actions: [Action] = []
        goOn(now: now, into: &actions)
        return actions
    }

    /// The gateway stops. What is under way may still report, and a token that it brings is saved.
    mutating func stop(now: Int64) -> [Action] {
        isStopped = true
        var actions: [Action] = []
        goOn(now: now, into: &actions)
        return actions
    }

    /// As it is to be kept over a restart.
    var record: AccessTokenRecord {
        AccessTokenRecord(kept: current, deathFoundBy: deathFoundBy, budget: budget, calls: calls)
    }

    /// The end of every event: begins what is next, answers whom it can, sets the timer.
    mutating func goOn(now: Int64, into actions: inout [Action]) {
        noticeClock(now)
        if operation == nil { inquire(now: now, into: &actions) }
        if operation == nil { advance(now: now, into: &actions) }
        if operation == nil { inquireForWaiting(now: now, into: &actions) }
        answerWaiting(now: now, into: &actions)
        setTimer(now: now, into: &actions)
    }

    /// Begins what the schedule wants now, if anything.
    ///
    /// - Parameter isNeeded: somebody has no token that he can use.
    mutating func advance(isNeeded: Bool = false, now: Int64, into actions: inout [Action]) {
        guard operation == nil, !isStopped else { return }
        if let pause {
            guard pause.isOver(at: now) else { return }
            self.pause = nil
        }
        guard isLoaded else {
            operation = .loading
            actions.append(.load)
            return
        }
        let isAlive = usable(by: .ownCall, now: now) != nil
        if isAlive, !isNeeded, due > now { return }
        if let current, deathFoundBy != nil, let user = deathFoundBy {
            inquiry = AccessTokenInquiry(token: current.token, user: user)
            inquire(now: now, into: &actions)
            return
        }
        let reason: AccessTokenFetch.Reason =
            if isNeeded { .demand } else if failures > 0 { .retry } else if current == nil { .start } else { .due }
        // Somebody who needs more than a living token has must not use up what the schedule needs.
        fetch(reason, leaving: isNeeded && isAlive ? TokenCallBucket.reserve : 0, now: now, into: &actions)
    }

    private mutating func restore(_ record: AccessTokenRecord, now: Int64) {
        budget = record.budget
        budget.restored(now: now)
        calls = record.calls
        guard let kept = record.kept, kept.isPlausible, kept.expiresAt > now else { return }
        current = kept
        deathFoundBy = record.deathFoundBy
        due = schedule.due(of: kept, now: now)
    }

    /// A token from the future was obtained before the clock was set back: its end is not known any more.
    private mutating func noticeClock(_ now: Int64) {
        guard let kept = current, kept.obtainedAt > now + AccessTokenSchedule.clockSlack else { return }
        let end = min(kept.expiresAt, now + (kept.expiresAt - kept.obtainedAt))
        current = KeptAccessToken(token: kept.token, mode: kept.mode, obtainedAt: now, expiresAt: end)
        due = now
    }

    mutating func setTimer(now: Int64, into actions: inout [Action]) {
        guard operation == nil, !isStopped else {
            setWake = nil
            return
        }
        let next = max(now, pause?.until ?? due)
        guard next != setWake else { return }
        setWake = next
        actions.append(.wakeAt(next))
    }
}
