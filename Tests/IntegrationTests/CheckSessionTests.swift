import Gateway
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// `checkSession` (contract section 3).
    @Suite struct CheckSessionTests {
        private static let path = "/wxa/checksession"

        private static func expect(
            _ reply: HTTPReply,
            _ isValid: Bool,
            sourceLocation: SourceLocation = #_sourceLocation
        ) {
            let isRight = reply.status == 200 && reply.text == #"{"valid":\#(isValid)}"#
            #expect(isRight, "\(reply.status) \(reply.text)", sourceLocation: sourceLocation)
        }

        @Test(arguments: HarnessStore.allCases)
        func `the key of the last login is valid until WeChat has another`(store: HarnessStore) async throws {
            try await withGateway({ $0.store = store }) { harness in
                let client = try harness.connect()
                let first = try harness.token(of: "o-a", by: client)
                Self.expect(try client.checkSession(first), true)
                try harness.simulator.rotateSessionKey(of: .openid("o-a"))
                Self.expect(try client.checkSession(first), false)
                let second = try harness.token(of: "o-a", by: client)
                Self.expect(try client.checkSession(second), true)
                // A code that nobody exchanges displaces the key too.
                _ = try harness.code(of: "o-a")
                Self.expect(try client.checkSession(second), false)
                expectRefused(try client.checkSession(first), "replaced")
                #expect(harness.answers(Self.path) == [0: 2, 87009: 2])
                #expect(harness.requests("/cgi-bin/stable_token") == 1)
            }
        }

        @Test func `an answer that is none is told as WeChat's failure`() async throws {
            try await withGateway({ $0.configure = { $0.upstream.timeoutMilliseconds = 1_500 } }) { harness in
                let client = try harness.connect()
                let token = try harness.token(of: "o-a", by: client)
                let failures: [(Fault, Int, String)] = [
                    (.errcode(45011), 429, "rate_limited"), (.errcode(40013), 502, "app_misconfigured"),
                    (.html502, 502, "upstream_invalid"), (.hang, 504, "upstream_timeout"),
                    (.errcode(12345), 502, "upstream_invalid"),
                ]
                for (fault, status, error) in failures {
                    harness.simulator.setFaults(FaultPlan(rules: [FaultRule(fault, path: Self.path)]))
                    let reply = try client.checkSession(token)
                    let told = try reply.json()["errcode"] == nil ? [] : ["errcode", "errmsg"]
                    expectProblem(reply, status, error, with: told)
                    #expect(told.isEmpty == (fault == .html502 || fault == .hang))
                }
            }
        }
    }
}
