/// How often each app called the paths that need an access_token.
struct APIUsage: Sendable {
    private struct Key: Hashable, Sendable {
        let appid: String
        let endpoint: WeChatEndpoint
    }

    private var days: [Key: QuotaWindow] = [:]
    /// By appid.
    private var wxaCodeMinutes: [String: QuotaWindow] = [:]
    /// By appid.
    private var linkSeconds: [String: QuotaWindow] = [:]
    /// By appid.
    private var linkDays: [String: QuotaWindow] = [:]

    /// Counts a call with a good token.
    mutating func count(_ endpoint: WeChatEndpoint, appid: String, at now: UnixTime) {
        _ = days[Key(appid: appid, endpoint: endpoint), default: QuotaWindow()].take(in: now.beijingDay)
    }

    /// Counts a mini-program code. Returns false when the app's minute is used up.
    mutating func takeWXACode(of app: SimulatedApp, at now: UnixTime) -> Bool {
        wxaCodeMinutes[app.appid, default: QuotaWindow()].take(limit: app.wxaCodesPerMinuteMax, in: now.minute)
    }

    /// Counts a link. Returns the errcode where the app's second or day is used up.
    mutating func takeLink(of app: SimulatedApp, at now: UnixTime) -> Int? {
        guard linkSeconds[app.appid, default: QuotaWindow()].take(limit: app.linksPerSecondMax, in: now.seconds) else {
            return 44990
        }
        guard linkDays[app.appid, default: QuotaWindow()].take(limit: app.linksPerDayMax, in: now.beijingDay) else {
            return 44993
        }
        return nil
    }

    /// The links of today.
    func linksToday(appid: String, at now: UnixTime) -> Int {
        linkDays[appid]?.used(in: now.beijingDay) ?? 0
    }

    /// The calls of today.
    func today(_ endpoint: WeChatEndpoint, appid: String, at now: UnixTime) -> Int {
        days[Key(appid: appid, endpoint: endpoint)]?.used(in: now.beijingDay) ?? 0
    }
}
