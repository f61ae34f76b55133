internal import WeChat

/// An access_token with its times, in Unix milliseconds.
struct KeptAccessToken: Equatable, Sendable {
    let token: AccessToken
    /// The endpoint that it came from.
    let mode: AccessTokenMode
    /// When it was first seen.
    let obtainedAt: Int64
    /// Its natural end by what WeChat said last.
    var expiresAt: Int64

    /// Whether a record may say so: a life that can be, and times that can be counted with.
    var isPlausible: Bool {
        // About the year 144,000; far from overflow.
        let times: Range<Int64> = 0..<1 << 52
        return times.contains(obtainedAt) && times.contains(expiresAt) && expiresAt > obtainedAt
            && expiresAt - obtainedAt <= Int64(AccessTokenSchedule.lifeMaxSeconds) * 1000
    }

    /// Whole seconds that are left, never below 0.
    func secondsLeft(now: Int64) -> Int { Int(max(0, expiresAt - now) / 1000) }
}
