/// Bounds the calls of the token endpoint, so that no failure and no war over a token uses up WeChat's 2,000 a day.
struct TokenCallBucket: Equatable, Sendable {
    /// Calls that may be made at once after a quiet hour.
    static let capacity = 60
    /// One more each minute: 1,440 a day, and `capacity` on top.
    static let millisecondsPerCall: Int64 = 60_000
    /// What an inquiry leaves for the schedule and for tokens that are surely dead.
    static let reserve = 10

    /// Calls that may be made at `countedAt`.
    var level = TokenCallBucket.capacity
    /// Unix milliseconds.
    var countedAt: Int64 = 0

    /// Takes one call out, or says no.
    ///
    /// - Parameter reserve: how many must be left afterwards.
    mutating func take(now: Int64, leaving reserve: Int = 0) -> Bool {
        fill(now: now)
        guard level > reserve else { return false }
        level -= 1
        return true
    }

    /// When the next call may be made, Unix milliseconds: `now` or at most a minute later.
    mutating func nextAt(now: Int64) -> Int64 {
        fill(now: now)
        return level > 0 ? now : countedAt + Self.millisecondsPerCall
    }

    private mutating func fill(now: Int64) {
        // A clock that was set back gives nothing and takes nothing; a level from a damaged record counts as a full one.
        level = min(max(level, 0), Self.capacity)
        guard now >= countedAt else {
            countedAt = now
            return
        }
        let (elapsed, isTooFar) = now.subtractingReportingOverflow(countedAt)
        let calls = isTooFar ? Int64(Self.capacity) : elapsed / Self.millisecondsPerCall
        if calls >= Int64(Self.capacity - level) {
            level = Self.capacity
            countedAt = now
        } else {
            level += Int(calls)
            countedAt += calls * Self.millisecondsPerCall
        }
    }
}
