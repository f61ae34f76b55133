import Foundation
import Gateway
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// The metrics of contract section 6 that tell of the access_token, as Prometheus reads them.
    @Suite struct AccessTokenMetricsTests {
        /// Samples with their values, by what stands before them.
        private static func samples(_ service: TokenService) throws -> [String: Double] {
            let lines = try service.client.get("/metrics").text.split(separator: "\n").filter { !$0.hasPrefix("#") }
            return Dictionary(
                lines.compactMap { line in
                    line.lastIndex(of: " ").flatMap { space in
                        Double(line[line.index(after: space)...]).map { (String(line[..<space]), $0) }
                    }
                },
                uniquingKeysWith: +
            )
        }

        private static func name(_ metric: String, _ labels: String = "") -> String {
            #"wxgate_access_token_\#(metric){appid="\#(DefaultApp.appid)"\#(labels)}"#
        }

        /// How often which fetch came to what.
        private static func refreshes(_ samples: [String: Double]) -> [String: Double] {
            let prefix = "wxgate_access_token_refreshes_total{"
            let moved = samples.filter { $0.key.hasPrefix(prefix) && $0.value > 0 }
            return Dictionary(
                uniqueKeysWithValues: moved.map { key, value in
                    let labels = ["reason", "result"].map { label in
                        key.components(separatedBy: #"\#(label)=""#).last?.prefix { $0 != "\"" } ?? ""
                    }
                    return (labels.joined(separator: " "), value)
                }
            )
        }

        @Test func `they move as the token is fetched, ages, is renewed, is not renewed, and dies`() async throws {
            try await withTokenService { harness, service, advance in
                let first = try #require(harness.keptToken)
                var samples = try Self.samples(service)
                #expect(samples[Self.name("age_seconds")] == 0)
                #expect(samples[Self.name("expires_seconds")] == 7_200)
                #expect(samples[Self.name("early_deaths_total")] == 0)
                #expect(Self.refreshes(samples) == ["start ok": 1])
                advance(100)
                samples = try Self.samples(service)
                #expect(samples[Self.name("age_seconds")] == 100)
                #expect(samples[Self.name("expires_seconds")] == 7_100)

                harness.simulator.setFaults(
                    FaultPlan(rules: [FaultRule(.errcode(50002), count: 1, path: TokenPath.stable)])
                )
                advance(6_500)
                try waitUntil { try Self.refreshes(Self.samples(service))["due error"] == 1 }
                // Still not in the last five minutes, so WeChat gives the same one; then it is.
                advance(16)
                try waitUntil { try Self.refreshes(Self.samples(service))["retry same"] == 1 }
                advance(300)
                let second = try harness.untilKept(after: first)
                samples = try Self.samples(service)
                #expect(Self.refreshes(samples) == ["start ok": 1, "due error": 1, "retry same": 1, "due ok": 1])
                #expect(samples[Self.name("age_seconds")] == 0)
                #expect(samples[Self.name("expires_seconds")] == 7_200)

                try harness.simulator.expireToken(.stable)
                let third = try service.invalidate(second).string("access_token")
                #expect(third != second)
                samples = try Self.samples(service)
                #expect(samples[Self.name("early_deaths_total")] == 1)
                let refreshes = Self.refreshes(samples)
                #expect(refreshes["death same"] == 1 && refreshes["forced ok"] == 1)
                // A service that is wrong about it is no death.
                #expect(try service.invalidate(third).json()["refreshed"] as? Bool == false)
                #expect(try Self.samples(service)[Self.name("early_deaths_total")] == 1)

                // Dead, and not to be forced away so soon: what is left of it is of no use to anybody.
                advance(1)
                try harness.simulator.expireToken(.stable)
                #expect(try service.invalidate(third).json()["refreshed"] as? Bool == false)
                samples = try Self.samples(service)
                #expect(samples[Self.name("expires_seconds")] == 0)
                #expect(samples[Self.name("age_seconds")] == nil)
            }
        }

        @Test func `each call of WeChat for it is counted with its errcode and its time, and each use of a key`()
            async throws
        {
            try await withTokenService { harness, service, _ in
                let old = try #require(harness.keptToken)
                for reply in try service.inEachShape() { #expect(reply.status == 200) }
                try harness.simulator.expireToken(.stable)
                #expect(try service.invalidate(old).status == 200)
                #expect(try service.client.get("/internal/v1/access_token").status == 401)
                #expect(try service.client.get("/cgi-bin/token?secret=unknown").status == 200)
                let samples = try Self.samples(service)
                func calls(_ api: String, _ errcode: String) -> Double? {
                    let labels = #"api="\#(api)",appid="\#(DefaultApp.appid)",errcode="\#(errcode)""#
                    return samples["wxgate_wechat_requests_total{\(labels)}"]
                }
                // One at the start, one that gave the dead one again, one by force.
                #expect(calls("stable_token", "0") == 3 && harness.requests(TokenPath.stable) == 3)
                #expect(calls("get_api_domain_ip", "40001") == 1 && harness.requests(TokenPath.proof) == 1)
                for (api, count) in [("stable_token", 3.0), ("get_api_domain_ip", 1)] {
                    #expect(samples[#"wxgate_wechat_request_duration_seconds_count{api="\#(api)"}"#] == count)
                }
                func uses(_ key: String, _ outcome: String) -> Double? {
                    samples[#"wxgate_admin_key_uses_total{key="\#(key)",outcome="\#(outcome)"}"#]
                }
                #expect(uses("service", "allowed") == 4 && uses("", "unknown") == 2)
                // A key in a query counts as one, and stands nowhere.
                #expect(!samples.keys.contains { $0.contains(TokenService.key) })
            }
        }
    }
}
