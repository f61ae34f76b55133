/// How often one app asked for access_tokens (facts sheet 2 and 3).
struct AccessTokenQuotas: Sendable {
    enum Forced: Equatable, Sendable {
        case granted
        /// Less than 30 seconds after the last one: it does not refresh.
        case tooSoon
        case exhausted
    }

    static let stablePerMinuteMax = 10_000
    static let forcedPause: Duration = .seconds(30)

    private var legacyDay = QuotaWindow()
    private var stableMinute = QuotaWindow()
    private var stableDay = QuotaWindow()
    private var forcedDay = QuotaWindow()
    private var lastForced: UnixTime?

    /// Counts a call; the errcode of the refusal, or nil.
    mutating func take(_ kind: AccessTokenKind, under rules: AccessTokenRules, at now: UnixTime) -> Int? {
        switch kind {
        case .legacy:
            return legacyDay.take(limit: rules.legacyPerDayMax, in: now.beijingDay) ? nil : 45009
        case .stable:
            guard stableMinute.take(limit: Self.stablePerMinuteMax, in: now.minute) else { return 45011 }
            return stableDay.take(limit: rules.stablePerDayMax, in: now.beijingDay) ? nil : 45009
        }
    }

    /// Counts a forced refresh.
    mutating func takeForced(under rules: AccessTokenRules, at now: UnixTime) -> Forced {
        if let lastForced, now - lastForced < Self.forcedPause { return .tooSoon }
        guard forcedDay.take(limit: rules.forcedPerDayMax, in: now.beijingDay) else { return .exhausted }
        lastForced = now
        return .granted
    }

    /// Calls of the kind that were counted today.
    func usedToday(_ kind: AccessTokenKind, at now: UnixTime) -> Int {
        switch kind {
        case .legacy: legacyDay.used(in: now.beijingDay)
        case .stable: stableDay.used(in: now.beijingDay)
        }
    }

    /// Forced refreshes that were granted today.
    func forcedToday(at now: UnixTime) -> Int {
        forcedDay.used(in: now.beijingDay)
    }
}
