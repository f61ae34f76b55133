internal import Metrics
internal import Prometheus
internal import Synchronization

/// `wxgate_access_token_…{appid}`. Any thread.
final class AccessTokenMetrics: Sendable {
    /// An app's current token. Both times in Unix milliseconds.
    typealias Times = (appID: String, obtainedAt: Int64, expiresAt: Int64)
    typealias TimesProvider = @Sendable () -> [Times]

    /// What came of a fetch; the label `result`.
    private enum Result: String, CaseIterable {
        case ok
        /// WeChat gave the token that we had.
        case same
        case error
    }

    private struct Counters: Sendable {
        /// By reason and result.
        let refreshes: [Refresh: Counter]
        let earlyDeaths: Counter
    }

    private struct Refresh: Hashable {
        let reason: String
        let result: Result
    }

    /// Apart from everything that has a handle, because the registry owns what computes and handles own the registry.
    private final class Provider: Sendable {
        private let provider = Mutex<TimesProvider?>(nil)

        func set(_ new: @escaping TimesProvider) { provider.withLock { $0 = new } }
        func times() -> [Times] { provider.withLock { $0 }?() ?? [] }
    }

    private let provider = Provider()
    private let counters: [String: Counters]

    init(of appIDs: [String], in registry: PrometheusRegistry, clock: WallClock) {
        let (refreshes, deaths) = ("wxgate_access_token_refreshes_total", "wxgate_access_token_early_deaths_total")
        registry.describe(
            refreshes,
            "Fetches of an access_token by why they were made; result same: WeChat gave the token that was known."
        )
        registry.describe(deaths, "access_tokens that WeChat refused before their end: somebody else refreshes them.")
        let reasons = AccessTokenFetch.Reason.allCases.map(\.rawValue) + [Self.forced]
        let kinds = reasons.flatMap { reason in Result.allCases.map { Refresh(reason: reason, result: $0) } }
        counters = Dictionary(
            appIDs.map { appID in
                let counters = kinds.map { kind in
                    let labels = [("appid", appID), ("result", kind.result.rawValue), ("reason", kind.reason)]
                    return (kind, Counter(label: refreshes, dimensions: labels, factory: registry))
                }
                let death = Counter(label: deaths, dimensions: [("appid", appID)], factory: registry)
                return (appID, Counters(refreshes: Dictionary(uniqueKeysWithValues: counters), earlyDeaths: death))
            }
        ) { first, _ in first }
        registry.compute(
            "wxgate_access_token_age_seconds",
            help: "Time since the current access_token was fetched; absent without one."
        ) { [provider] in
            let now = clock.milliseconds
            return provider.times().map { MetricSample([("appid", $0.appID)], Self.seconds(now - $0.obtainedAt)) }
        }
        registry.compute(
            "wxgate_access_token_expires_seconds",
            help: "Time that the current access_token has left; 0 without one."
        ) { [provider] in
            let now = clock.milliseconds
            let left = provider.times().map { MetricSample([("appid", $0.appID)], Self.seconds($0.expiresAt - now)) }
            // The first sample of an app counts. An alert on too little needs a value when there is nothing at all.
            return left + appIDs.map { MetricSample([("appid", $0)], 0) }
        }
    }

    /// Says where the current tokens' times come from.
    ///
    /// - Parameter times: one of each app that has a token. Must not own whoever owns this.
    func observe(_ times: @escaping TimesProvider) { provider.set(times) }

    /// Counts what happened to an app's token; nothing happens for an app that is not configured.
    func count(_ event: AccessTokenEvent, appID: String) {
        guard let counters = counters[appID] else { return }
        switch event {
        case .fetched(let fetch, let isNew): refreshed(counters, fetch, isNew ? .ok : .same)
        case .fetchFailed(let fetch, _): refreshed(counters, fetch, .error)
        case .diedEarly: counters.earlyDeaths.increment()
        case .aliveAfterAll, .budgetSpent: break
        }
    }

    /// The label `reason` of a forced fetch, whatever led to it.
    private static let forced = "forced"

    private func refreshed(_ counters: Counters, _ fetch: AccessTokenFetch, _ result: Result) {
        let reason = fetch.isForced ? Self.forced : fetch.reason.rawValue
        counters.refreshes[Refresh(reason: reason, result: result)]?.increment()
    }

    /// Never below 0: clocks go back.
    private static func seconds(_ milliseconds: Int64) -> Double { Double(max(0, milliseconds)) / 1000 }
}
