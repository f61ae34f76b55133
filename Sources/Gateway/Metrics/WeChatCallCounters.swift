internal import Metrics
internal import Prometheus
internal import Synchronization
internal import WeChat

/// The counters of one app's requests. Any thread.
final class WeChatCallCounters: Sendable {
    static let name = "wxgate_wechat_requests_total"
    /// The label `appid` of calls of no configured app.
    private static let unknownApp = "other"

    /// Nil: any app that is not configured.
    let app: AppID?
    private let registry: PrometheusRegistry
    /// By endpoint. Nearly every call, so these take no lock.
    private let successes: [Counter]
    /// By endpoint and `WeChatOutcomeLabel`; each made when it happens first, because nearly none ever does.
    private let others: Mutex<[Counter?]>

    /// Shows the expected ones at once, if it is for an app.
    init(of app: AppID?, in registry: PrometheusRegistry) {
        self.app = app
        self.registry = registry
        var counters: [Counter?] = Array(
            repeating: nil,
            count: WeChatEndpoint.allCases.count * WeChatOutcomeLabel.names.count
        )
        for endpoint in WeChatEndpoint.allCases where app != nil {
            for label in WeChatOutcomeLabel.expected {
                counters[Self.place(endpoint, label)] = Self.counter(app, endpoint, label, registry)
            }
        }
        let success = WeChatOutcomeLabel.number(of: .success)
        successes = WeChatEndpoint.allCases.compactMap { counters[Self.place($0, success)] }
        others = Mutex(counters)
    }

    /// Adds a request.
    func count(_ endpoint: WeChatEndpoint, _ outcome: WeChatCallOutcome) {
        if case .success = outcome, !successes.isEmpty { return successes[endpoint.rawValue].increment() }
        let label = WeChatOutcomeLabel.number(of: outcome)
        others.withLock { counters in
            let place = Self.place(endpoint, label)
            let counter = counters[place] ?? Self.counter(app, endpoint, label, registry)
            counters[place] = counter
            counter.increment()
        }
    }

    private static func place(_ endpoint: WeChatEndpoint, _ label: Int) -> Int {
        endpoint.rawValue * WeChatOutcomeLabel.names.count + label
    }

    private static func counter(
        _ app: AppID?,
        _ endpoint: WeChatEndpoint,
        _ label: Int,
        _ registry: PrometheusRegistry
    ) -> Counter {
        let labels = [
            ("appid", app?.string ?? unknownApp), ("api", endpoint.name), ("errcode", WeChatOutcomeLabel.names[label]),
        ]
        return Counter(label: name, dimensions: labels, factory: registry)
    }
}
