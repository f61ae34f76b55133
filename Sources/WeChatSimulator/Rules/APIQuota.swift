/// The quota of one path as WeChat tells it to an app (facts sheet 10).
struct APIQuota: Equatable, Sendable {
    /// Shown where WeChat publishes no daily figure; not enforced.
    static let unpublishedPerDay = 10_000_000

    /// Calls a day.
    let dailyLimit: Int
    /// Calls of today.
    let used: Int
    /// Calls a minute, where there is such a limit.
    var perMinute: Int?

    var remain: Int { max(0, dailyLimit - used) }
}
