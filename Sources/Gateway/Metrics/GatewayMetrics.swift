internal import Metrics
internal import Prometheus
internal import WeChat

/// What a gateway counts (contract section 6): handles that are made once, over one registry. Any thread.
///
/// No label ever holds anything of a user, and each has few values: configured names, and what stands in this folder.
final class GatewayMetrics: Sendable {
    /// Told of every request to WeChat.
    let weChatCalls: WeChatCallMetrics
    /// Told of all that happens to access_tokens.
    let accessTokens: AccessTokenMetrics
    let registry = PrometheusRegistry()

    /// - Parameter keyUses: of the operator's listener.
    init(configuration: GatewayConfiguration, keyUses: AdminKeyUses, clock: WallClock) {
        let apps = configuration.apps.map(\.weChat.id)
        weChatCalls = WeChatCallMetrics(of: apps, in: registry)
        accessTokens = AccessTokenMetrics(of: apps.map(\.string), in: registry, clock: clock)

        registry.describe("wxgate_build_info", "The version that runs; always 1.")
        Gauge(label: "wxgate_build_info", dimensions: [("version", configuration.version)], factory: registry).record(1)

        let names = configuration.admin.keys.keys.map(\.name)
        registry.compute(
            "wxgate_admin_key_uses_total",
            as: .counter,
            help: "Uses of the keys of the operator's listener; outcome unknown: no key, or one that nobody configured."
        ) {
            let known = names.flatMap { name in
                AdminKeyUses.Outcome.allCases.map { outcome in
                    let labels = [("key", name), ("outcome", outcome.rawValue)]
                    return MetricSample(labels, Double(keyUses.count(name, outcome)))
                }
            }
            return known + [MetricSample([("key", ""), ("outcome", "unknown")], Double(keyUses.unknownCount))]
        }
        registry.compute(
            "wxgate_metrics_refused_total",
            as: .counter,
            help: "Series that are not shown because there are too many; other than 0 is a bug."
        ) { [weak registry] in
            registry.map { [MetricSample([], Double($0.refusedCount))] } ?? []
        }
    }

    /// Everything in Prometheus' text format 0.0.4.
    func text() -> [UInt8] { registry.text() }
}
