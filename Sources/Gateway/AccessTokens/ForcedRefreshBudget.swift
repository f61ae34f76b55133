/// When forced refreshes were made, and whether one more is allowed (wechat-api.md section 3; contract section 5).
///
/// WeChat allows 20 a day, 30 s apart, and does not say when its day begins: no rolling 24 hours hold more than 20.
struct ForcedRefreshBudget: Equatable, Sendable {
    /// WeChat's own limit.
    static let max = 20
    /// A death that only callers have noticed leaves the rest to the gateway's own evidence.
    static let callersMax = 15
    /// A day, and the minute that may lie between the writing down of a call and the call.
    static let window: Int64 = 86_400_000 + callDelayMax
    /// WeChat's 30 s and one for clocks that differ.
    static let pause: Int64 = 31_000
    /// How long after it was written down a call may reach WeChat at the latest: the save and the call, both bounded.
    static let callDelayMax: Int64 = 60_000

    /// The last ones, oldest first, Unix milliseconds.
    var times: [Int64] = []

    /// Brings the times up to a clock that may have been changed: one in the future counts as made now, once and for
    /// all, so that it locks for one window at most. Forgets those that count no more.
    mutating func settle(now: Int64) {
        guard let first = times.first, let last = times.last else { return }
        if first > now - Self.window, last <= now { return }
        times = times.map { min($0, now) }.filter { $0 > now - Self.window }
    }

    /// After a restart: the last call may have been made later than was written down.
    mutating func restored(now: Int64) {
        settle(now: now)
        if let last = times.last, now - last < Self.callDelayMax + Self.pause { moveLast(to: now) }
    }

    /// When the next one is allowed, Unix milliseconds; `now` or earlier: at once.
    mutating func allowedAt(by user: AccessTokenUser, now: Int64) -> Int64 {
        settle(now: now)
        guard let last = times.last else { return now }
        let limit = user == .ownCall ? Self.max : Self.callersMax
        let afterPause = last + Self.pause
        guard times.count >= limit else { return afterPause }
        return Swift.max(afterPause, times[times.count - limit] + Self.window)
    }

    /// One more is about to be made.
    mutating func spend(now: Int64) {
        settle(now: now)
        times.append(now)
    }

    /// The last one was made now at the latest.
    mutating func moveLast(to now: Int64) {
        guard let last = times.last, last < now else { return }
        times[times.count - 1] = now
    }

    /// The last one was not made.
    mutating func takeBack() {
        _ = times.popLast()
    }
}
