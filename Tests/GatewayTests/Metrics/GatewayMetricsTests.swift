import Prometheus
import TestSupport
import Testing
import UV
import WeChat

@testable import Gateway

@Suite struct GatewayMetricsTests {
    @Test func `the version is told`() throws {
        #expect(try MetricsFixture().samples("wxgate_build_info") == [#"{version="1.2.3"} 1"#])
    }

    @Test func `uses of keys are told by the keys' names`() throws {
        let fixture = try MetricsFixture()
        let name = "wxgate_admin_key_uses_total"
        #expect(fixture.samples(name).count == 5 && fixture.moved(name).isEmpty)
        fixture.uses.add("ops", .allowed)
        fixture.uses.add("ops", .allowed)
        fixture.uses.add("a \"b\"", .forbidden)
        fixture.uses.addUnknown()
        #expect(
            fixture.moved(name) == [
                #"{key="",outcome="unknown"} 1"#, #"{key="a \"b\"",outcome="forbidden"} 1"#,
                #"{key="ops",outcome="allowed"} 2"#,
            ]
        )
    }

    @Test func `every metric says what it is`() throws {
        let lines = String(decoding: try MetricsFixture().metrics.text(), as: UTF8.self).split(separator: "\n")
        let types = lines.filter { $0.hasPrefix("# TYPE ") }.map { $0.split(separator: " ")[2] }
        let helps = lines.filter { $0.hasPrefix("# HELP ") }.map { $0.split(separator: " ")[2] }
        #expect(types == helps)
        #expect(
            types == [
                "wxgate_access_token_early_deaths_total", "wxgate_access_token_expires_seconds",
                "wxgate_access_token_refreshes_total", "wxgate_admin_key_uses_total", "wxgate_build_info",
                "wxgate_metrics_refused_total", "wxgate_wechat_request_duration_seconds",
                "wxgate_wechat_requests_total",
            ]
        )
    }

    @Test func `as many apps as there may be, each with every outcome that ever happens, are all shown`() throws {
        var configuration = GatewayConfiguration(
            tokenKeys: [try GatewaySamples.signingKey()],
            dataKeys: [try GatewaySamples.dataKey()]
        )
        configuration.apps = try (0..<256).map { try GatewaySamples.app("wx\($0)") }
        let metrics = GatewayMetrics(configuration: configuration, keyUses: AdminKeyUses(), clock: .system)
        for app in configuration.apps {
            for errcode in WeChatOutcomeLabel.errcodes {
                let outcome = WeChatCallOutcome.refused(errcode: errcode)
                metrics.weChatCalls.ended(.jscode2session, app: app.weChat.id, outcome: outcome, milliseconds: 1)
            }
        }
        #expect(String(decoding: metrics.text(), as: UTF8.self).contains("\nwxgate_metrics_refused_total 0\n"))
    }

    @Test func `nothing of it outlives the gateway`() throws {
        weak var registry: PrometheusRegistry?
        do {
            let fixture = try MetricsFixture()
            fixture.metrics.accessTokens.observe { [] }
            registry = fixture.metrics.registry
            #expect(registry?.text().isEmpty == false)
        }
        #expect(registry == nil)
    }

    @Test func `operators get the text without a key, clients do not`() async throws {
        var configuration = GatewayConfiguration(
            tokenKeys: [try GatewaySamples.signingKey()],
            dataKeys: [try GatewaySamples.dataKey()]
        )
        configuration.apps = [try GatewaySamples.app()]
        configuration.admin.host = "127.0.0.1"
        let gateway = try await RunningGateway.start(configuration, logger: LogRecorder().logger())
        let ports = [gateway.port, try #require(gateway.adminPort)]
        let result = await offPool {
            Result {
                try ports.map { port in
                    let client = try RawClient(port: port)
                    client.send("GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n")
                    return try client.readReply()
                }
            }
        }
        #expect(await gateway.stop().isEmpty)
        let replies = try result.get()
        #expect(replies[0].hasPrefix("HTTP/1.1 404 "))
        #expect(replies[1].hasPrefix("HTTP/1.1 200 "))
        #expect(replies[1].contains("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"))
        #expect(replies[1].contains("\r\nCache-Control: no-store\r\n"))
        #expect(replies[1].contains("\n# TYPE wxgate_build_info gauge\nwxgate_build_info{version=\"unknown\"} 1\n"))
    }
}
