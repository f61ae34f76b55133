/// How often one app may ask for access_tokens (facts sheet 2 and 3).
struct AccessTokenQuotas: Sendable {
    enum Forced: Equatable, Sendable {
        case granted
        /// Less than 30 seconds after the last one: it counts as a call that is not forced.
        case tooSoon
        case exhausted
    }

    static let plainPerDayMax = 2000
    static let stablePerMinuteMax = 10_000
    static let stablePerDayMax = 500_000
    static let forcedPerDayMax = 20
    static let forcedPause: Duration = .seconds(30)

    private var plainDay = QuotaWindow()
    private var stableMinute = QuotaWindow()
    private var stableDay = QuotaWindow()
    private var forcedDay = QuotaWindow()
    private var lastForced: UnixTime?

    /// Counts a call of `/cgi-bin/token`; the errcode of the refusal, or nil.
    mutating func takePlain(at now: UnixTime) -> Int? {
        plainDay.take(limit: Self.plainPerDayMax, in: now.beijingDay) ? nil : 45009
    }

    /// Counts a call of `/cgi-bin/stable_token`; the errcode of the refusal, or nil.
    mutating func takeStable(at now: UnixTime) -> Int? {
        guard stableMinute.take(limit: Self.stablePerMinuteMax, in: now.minute) else { return 45011 }
        return stableDay.take(limit: Self.stablePerDayMax, in: now.beijingDay) ? nil : 45009
    }

    /// Counts a forced refresh.
    mutating func takeForced(at now: UnixTime) -> Forced {
        if let lastForced, now - lastForced < Self.forcedPause { return .tooSoon }
        guard forcedDay.take(limit: Self.forcedPerDayMax, in: now.beijingDay) else { return .exhausted }
        lastForced = now
        return .granted
    }
}
