import Gateway
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// What services and mini-programs see of an outage of WeChat's token endpoints (contract section 5).
    @Suite struct AccessTokenOutageTests {
        /// How the token endpoints fail, in which mode, and what the operator reads about it.
        struct Outage: Sendable, CustomTestStringConvertible {
            let mode: AccessTokenMode
            let fault: Fault

            static let all = [
                Outage(mode: .stable, fault: .reset), Outage(mode: .legacy, fault: .hang),
                Outage(mode: .legacy, fault: .errcode(-1)), Outage(mode: .stable, fault: .html200),
                Outage(mode: .stable, fault: .errcode(45009)), Outage(mode: .legacy, fault: .errcode(40164)),
            ]

            var testDescription: String { "\(mode) \(fault)" }
        }

        /// Of the default app's token, in seconds.
        private static let life: Int64 = 7_200
        private static let clockLead: Int64 = 60

        @Test(arguments: Outage.all)
        func `services notice an outage in the token's last minute, the gateway's own calls at its end`(
            outage: Outage
        ) async throws {
            let clock = ManualClock()
            try await withTokenService(
                outage.mode,
                configure: { $0.upstream.timeoutMilliseconds = 200 },
                clock: clock
            ) { harness, service, advance in
                // WeChat's clock runs on while the test does; the gateway's stays ahead of it.
                clock.advance(milliseconds: Self.clockLead * 1_000)
                let path = outage.mode == .stable ? TokenPath.stable : TokenPath.legacy
                let old = try #require(harness.keptToken)
                let client = try harness.connect()
                let token = try harness.token(of: "o-1", by: client)
                harness.simulator.setFaults(.ofTokens(outage.fault))
                var left = Self.life - Self.clockLead
                func leave(_ seconds: Int64) {
                    advance(left - seconds)
                    left = seconds
                }
                leave(500)
                try waitUntil { harness.requests(path) > 1 }
                for seconds: Int64 in [500, 61, 60] {
                    leave(seconds)
                    for reply in try service.inEachShape() {
                        #expect(try reply.string("access_token") == old)
                        #expect(try reply.json()["expires_in"] as? Int64 == seconds)
                    }
                    #expect(try harness.phone(of: "o-1", token: token, by: client).status == 200)
                }
                for seconds: Int64 in [59, 1] {
                    leave(seconds)
                    try expectNone(outage.fault, service)
                    #expect(try harness.phone(of: "o-1", token: token, by: client).status == 200)
                    let ready = try service.client.get("/readyz")
                    #expect(ready.status == 200 && ready.text.contains("the access_token is not renewed: "))
                }
                leave(0)
                #expect(try harness.phone(of: "o-1", token: token, by: client).status != 200)
                try expectNone(outage.fault, service)
                let ready = try service.client.get("/readyz")
                #expect(ready.status == 200 && ready.text.contains(": no access_token: "))
                #expect(try client.get("/readyz").text == #"{"status":"ready"}"#)
                // No dead token ever reached WeChat.
                #expect(harness.answers(TokenPath.phone) == [0: 5])
                #expect(harness.requests(TokenPath.proof) == 0)

                harness.simulator.clearFaults()
                // The longest pause that follows any of these.
                advance(3_700)
                let new = try harness.untilKept(after: old)
                for reply in try service.inEachShape() { #expect(try reply.string("access_token") == new) }
                #expect(try service.client.get("/readyz").text == #"{"status":"ready"}"#)
            }
        }

        /// No shape has a token, and each says why in its own way.
        private func expectNone(_ fault: Fault, _ service: TokenService) throws {
            let reply = try service.token()
            let legacy = try service.legacyShape().json()["errcode"] as? Int
            let stable = try service.stableShape().json()["errcode"] as? Int
            switch fault {
            case .errcode(45009, _):
                expectProblem(reply, 429, "rate_limited", with: ["errcode", "errmsg"])
                #expect(legacy == 45009 && stable == 45009)
            case .errcode(40164, _):
                expectProblem(reply, 502, "app_misconfigured", with: ["errcode", "errmsg"])
                #expect(legacy == 40164 && stable == 40164)
            default:
                let more = try reply.json()["errcode"] == nil ? [] : ["errcode", "errmsg"]
                expectProblem(reply, 503, "upstream_busy", with: more)
                #expect(legacy == -1 && stable == -1)
            }
        }

        @Test func `a token is renewed as far ahead of its end as is configured`() async throws {
            try await withTokenService(.legacy, configure: { $0.accessTokens.aheadSeconds = 3_600 }) {
                harness,
                service,
                advance in
                let old = try #require(harness.keptToken)
                advance(3_600)
                _ = try harness.untilKept(after: old)
                for reply in try service.inEachShape() {
                    #expect(try reply.string("access_token") != old)
                    #expect(try reply.json()["expires_in"] as? Int == 7_200)
                }
                #expect(harness.requests(TokenPath.legacy) == 2)
            }
        }
    }
}
