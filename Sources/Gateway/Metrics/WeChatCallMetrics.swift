internal import Metrics
internal import Prometheus
internal import WeChat

/// `wxgate_wechat_requests_total{appid,api,errcode}` and `wxgate_wechat_request_duration_seconds{api}`. Any thread.
final class WeChatCallMetrics: WeChatCallObserver {
    /// Most gateways have one app, and this finds its counters without hashing its name.
    private let first: WeChatCallCounters?
    private let others: [AppID: WeChatCallCounters]
    /// Of calls of no configured app.
    private let unknown: WeChatCallCounters
    /// By endpoint.
    private let durations: [Timer]

    init(of apps: [AppID], in registry: PrometheusRegistry) {
        registry.describe(
            WeChatCallCounters.name,
            "Requests to WeChat, repeats included, by what WeChat said or why it said nothing."
        )
        let duration = "wxgate_wechat_request_duration_seconds"
        registry.describe(duration, "Time until WeChat's whole reply, the wait for a connection included.")
        durations = WeChatEndpoint.allCases.map {
            Timer(label: duration, dimensions: [("api", $0.name)], factory: registry)
        }
        first = apps.first.map { WeChatCallCounters(of: $0, in: registry) }
        others = Dictionary(apps.dropFirst().map { ($0, WeChatCallCounters(of: $0, in: registry)) }) { first, _ in first
        }
        unknown = WeChatCallCounters(of: nil, in: registry)
    }

    func ended(_ endpoint: WeChatEndpoint, app: AppID?, outcome: WeChatCallOutcome, milliseconds: UInt64) {
        durations[endpoint.rawValue].recordMilliseconds(milliseconds)
        counters(of: app).count(endpoint, outcome)
    }

    private func counters(of app: AppID?) -> WeChatCallCounters {
        if let first, first.app == app { return first }
        return app.flatMap { others[$0] } ?? unknown
    }
}
