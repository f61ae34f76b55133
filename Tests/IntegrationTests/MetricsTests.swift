import Foundation
import Gateway
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// What an operator's Prometheus gets to see (contract section 6).
    @Suite struct MetricsTests {
        private static let requests = "wxgate_wechat_requests_total"

        /// Runs a gateway with a listener for the operator.
        private static func withOperator(
            _ configure: @escaping @Sendable (inout GatewayConfiguration) -> Void = { _ in },
            _ body: @escaping @Sendable (GatewayHarness, KeepAliveClient, _ admin: KeepAliveClient) throws -> Void
        ) async throws {
            try await withGateway({
                $0.configure = {
                    $0.admin.host = "127.0.0.1"
                    configure(&$0)
                }
            }) { harness in
                let port = try #require(harness.gateway.adminPort)
                try body(harness, try harness.connect(), try KeepAliveClient(port: port))
            }
        }

        /// Samples with their values, by what stands before them.
        private static func samples(_ admin: KeepAliveClient) throws -> [String: String] {
            let reply = try admin.get("/metrics")
            #expect(reply.status == 200)
            let lines = reply.text.split(separator: "\n").filter { !$0.hasPrefix("#") }
            let pairs = lines.compactMap { line in
                line.lastIndex(of: " ").map { (String(line[..<$0]), String(line[line.index(after: $0)...])) }
            }
            return Dictionary(pairs) { "\($0) and \($1)" }
        }

        private static func exchanges(_ errcode: String) -> String {
            #"\#(requests){api="jscode2session",appid="\#(DefaultApp.appid)",errcode="\#(errcode)"}"#
        }

        @Test func `logins move the counter of what WeChat said to them, and only that`() async throws {
            try await Self.withOperator { harness, client, admin in
                var expected = ["0": 0, "-1": 0, "timeout": 0, "connection": 0]
                func expectCounters() throws {
                    let prefix = #"\#(Self.requests){api="jscode2session""#
                    let seen = try Self.samples(admin).filter { $0.key.hasPrefix(prefix) }
                    let all = expected.map { (Self.exchanges($0.key), "\($0.value)") }
                    #expect(seen == Dictionary(uniqueKeysWithValues: all))
                }
                try expectCounters()
                for _ in 0..<3 { #expect(try client.logIn(harness.code()).status == 200) }
                expected["0"] = 3
                try expectCounters()
                #expect(try client.logIn("unknown").status == 400)
                expected["40029"] = 1
                try expectCounters()
                // One call is three requests, because WeChat said that it is busy.
                for (errcode, label, count) in [(-1, "-1", 3), (40163, "40163", 1), (12_345, "other", 1)] {
                    harness.simulator.setFaults(FaultPlan(rules: [FaultRule(.errcode(errcode))]))
                    #expect(try client.logIn(harness.code()).status >= 400)
                    expected[label, default: 0] += count
                    try expectCounters()
                }
                harness.simulator.clearFaults()
                let count = #"wxgate_wechat_request_duration_seconds_count{api="jscode2session"}"#
                #expect(try Self.samples(admin)[count] == "\(expected.values.reduce(0, +))")
                #expect(harness.upstreamRequests() == expected.values.reduce(0, +))
            }
        }

        @Test func `a call that gets no answer is a timeout, and one without a connection says so`() async throws {
            try await Self.withOperator({ $0.upstream.timeoutMilliseconds = 300 }) { harness, client, admin in
                harness.simulator.setFaults(FaultPlan(rules: [FaultRule(.hang)]))
                #expect(try client.logIn(harness.code()).status == 504)
                harness.simulator.setFaults(FaultPlan(rules: [FaultRule(.close)]))
                #expect(try client.logIn(harness.code()).status >= 500)
                let samples = try Self.samples(admin)
                #expect(samples[Self.exchanges("timeout")] == "1")
                #expect(samples[Self.exchanges("connection")] == "1")
                #expect(samples[Self.exchanges("0")] == "0")
            }
        }

        @Test func `nothing of a user, a code, a token or a key is in the text`() async throws {
            let key = "key-of-operator-12345"
            let keys = AdminKeys([try AdminKey(name: "ops", key: key)])
            try await Self.withOperator({ $0.admin.keys = keys }) { harness, client, admin in
                let code = try harness.code(of: "o-of-somebody")
                let token = try client.logIn(code).string("token")
                #expect(try client.logIn("a-code-nobody-knows").status == 400)
                #expect(try admin.get("/internal/v1/users/77777", token: key).status == 404)
                #expect(try admin.get("/internal/v1/users/77777", token: token).status == 401)
                let sessionKeys = try harness.simulator.rotateSessionKey(of: .openid("o-of-somebody")).sessionKeys
                let text = try admin.get("/metrics").text
                for secret in [
                    code, token, key, "o-of-somebody", "a-code-nobody-knows", "77777", DefaultApp.secret,
                ] + sessionKeys { #expect(!text.contains(secret)) }
                let samples = try Self.samples(admin)
                #expect(samples[#"wxgate_admin_key_uses_total{key="ops",outcome="allowed"}"#] == "1")
                #expect(samples[#"wxgate_admin_key_uses_total{key="",outcome="unknown"}"#] == "1")
            }
        }

        @Test func `Prometheus' own client reads the text`() async throws {
            let python = try Command.named(by: "WXGATE_TEST_PYTHON")
            try await Self.withOperator { harness, client, admin in
                #expect(try client.logIn(harness.code()).status == 200)
                let directory = try WorkingDirectory()
                let file = URL(filePath: directory.path).appending(path: "metrics.txt")
                try Data(admin.get("/metrics").body).write(to: file)
                let script = """
                    import sys
                    from prometheus_client.parser import text_fd_to_metric_families as read
                    print([(f.name, f.type) for f in read(open(sys.argv[1], newline="\\n")) if "wechat" in f.name])
                    """
                let command = try Command(python, ["-c", script, file.path(percentEncoded: false)])
                let expected =
                    "[('wxgate_wechat_request_duration_seconds', 'histogram'), ('wxgate_wechat_requests', 'counter')]"
                #expect(try command.read(until: "]").contains(expected))
            }
        }
    }
}
