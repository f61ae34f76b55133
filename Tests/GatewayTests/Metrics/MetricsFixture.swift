import OpenSSL
import Testing
import WeChat

@testable import Gateway

/// The metrics of a gateway with two apps and two keys.
struct MetricsFixture {
    static let appID = "wxa1"
    static let otherAppID = "wxb2"

    let clock = ManualClock()
    let uses = AdminKeyUses()
    let metrics: GatewayMetrics

    init() throws {
        var configuration = GatewayConfiguration(
            tokenKeys: [try GatewaySamples.signingKey()],
            dataKeys: [try GatewaySamples.dataKey()]
        )
        configuration.version = "1.2.3"
        configuration.apps = [try GatewaySamples.app(Self.appID), try GatewaySamples.app(Self.otherAppID)]
        configuration.admin.keys = AdminKeys([
            try AdminKey(name: "ops", key: "k1"), try AdminKey(name: "a \"b\"", key: "k2", scopes: [.users]),
        ])
        metrics = GatewayMetrics(configuration: configuration, keyUses: uses, clock: clock.wall)
    }

    /// The samples of one metric, each without its name.
    func samples(_ name: String) -> [String] {
        String(decoding: metrics.text(), as: UTF8.self).split(separator: "\n")
            .filter { $0.hasPrefix("\(name){") || $0.hasPrefix("\(name) ") }
            .map { String($0.dropFirst(name.count)) }
    }

    /// The samples of one metric that are not 0.
    func moved(_ name: String) -> [String] { samples(name).filter { !$0.hasSuffix(" 0") } }
}
