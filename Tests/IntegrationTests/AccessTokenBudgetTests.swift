import Foundation
import Gateway
import TestSupport
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// WeChat's 20 forced refreshes a day, 30 s apart, in a whole gateway (contract section 5).
    @Suite struct AccessTokenBudgetTests {
        private static func forced(_ harness: GatewayHarness) -> Int {
            harness.simulator.counters.accessTokens.forcedGranted
        }

        /// A token that may not be replaced now: the service is told when to come again.
        private static func retryAfter(_ reply: HTTPReply, sourceLocation: SourceLocation = #_sourceLocation) throws
            -> Int
        {
            let json = try reply.json()
            #expect(reply.status == 200, "\(reply.text)", sourceLocation: sourceLocation)
            #expect(json["refreshed"] as? Bool == false, "\(reply.text)", sourceLocation: sourceLocation)
            return try #require(json["retry_after"] as? Int, "\(reply.text)", sourceLocation: sourceLocation)
        }

        @Test func `a second forced refresh waits for thirty seconds, and then is made by itself`() async throws {
            try await withTokenService { harness, service, advance in
                let first = try #require(harness.keptToken)
                try harness.simulator.expireToken(.stable)
                let reply = try service.invalidate(first)
                let second = try reply.string("access_token")
                #expect(try second != first && reply.json()["refreshed"] as? Bool == true)

                try harness.simulator.expireToken(.stable)
                let seconds = try Self.retryAfter(service.invalidate(second))
                #expect((30...32).contains(seconds))
                expectProblem(try service.token(), 503, "upstream_busy", with: ["errcode", "errmsg"])
                #expect(try service.legacyShape().json()["errcode"] as? Int == -1)
                #expect(try service.stableShape(isForced: true).json()["errcode"] as? Int == -1)
                #expect(try service.client.get("/readyz").text.contains("the next forced refresh is allowed in "))
                #expect(Self.forced(harness) == 1)

                advance(Int64(seconds))
                let third = try harness.untilKept(after: nil)
                #expect(third != second)
                #expect(try service.token().string("access_token") == third)
                #expect(Self.forced(harness) == 2)
                let counts = harness.simulator.counters.accessTokens
                #expect(counts.forcedTooSoon == 0 && counts.forcedExhausted == 0)
            }
        }

        @Test func `services can spend fifteen, the gateway's own calls five more, and a restart forgets none`()
            async throws
        {
            let (clock, simulator, store) = (ManualClock(), Simulator(), MemoryAccessTokenStore())
            let change: @Sendable (inout HarnessOptions) -> Void = {
                $0.simulators = [simulator]
                $0.accessTokens = store
            }
            try await withTokenService(.stable, change, clock: clock) { harness, service, advance in
                let client = try harness.connect()
                let token = try harness.token(of: "o-1", by: client)
                for number in 1...15 {
                    let old = try #require(harness.keptToken)
                    try simulator.expireToken(.stable)
                    #expect(try service.invalidate(old).json()["refreshed"] as? Bool == true)
                    #expect(Self.forced(harness) == number)
                    advance(32)
                }
                try simulator.expireToken(.stable)
                let seconds = try Self.retryAfter(service.invalidate(try #require(harness.keptToken)))
                // A day after the first of them.
                #expect((85_000...86_460).contains(seconds))
                #expect(Self.forced(harness) == 15)
                for number in 16...20 {
                    #expect(try harness.phone(of: "o-1", token: token, by: client).status == 200)
                    #expect(Self.forced(harness) == number)
                    advance(32)
                    try simulator.expireToken(.stable)
                }
                expectProblem(
                    try harness.phone(of: "o-1", token: token, by: client),
                    502,
                    "upstream_invalid",
                    with: ["errcode", "errmsg"]
                )
            }
            try await withTokenService(
                .stable,
                {
                    change(&$0)
                    $0.isTokenAwaited = false
                },
                clock: clock
            ) { harness, service, _ in
                // A good one would be served; this one is dead, and is known to be.
                expectProblem(try service.token(), 503, "upstream_busy", with: ["errcode", "errmsg"])
                let client = try harness.connect()
                let token = try harness.token(of: "o-1", by: client)
                #expect(try harness.phone(of: "o-1", token: token, by: client).status >= 500)
                #expect(try service.client.get("/readyz").text.contains("the next forced refresh is allowed in "))
            }
            let counts = simulator.counters.accessTokens
            #expect(counts.forcedGranted == 20 && counts.forcedTooSoon == 0 && counts.forcedExhausted == 0)
        }

        @Test func `services of two gateways that report one dead token cause one refresh`() async throws {
            try await offPool {
                Result {
                    let simulator = try SimulatorProcess()
                    let environment = ["WXGATE_ADMIN_KEY": TokenService.key]
                    let gateways = try (0..<2).map { _ in
                        try GatewayProcess(in: WorkingDirectory(), environment, weChatPort: simulator.port)
                    }
                    let services = try gateways.flatMap { gateway in
                        try (0..<20).map { _ in try TokenService(port: try #require(gateway.adminPort)) }
                    }
                    let old = try services[0].token().string("access_token")
                    #expect(try services[20].token().string("access_token") == old)
                    let owner = try KeepAliveClient(port: simulator.port)
                    #expect(try owner.post("/sim/access_tokens/expire", json: #"{"kind":"stable"}"#).status == 200)
                    for service in services { service.sendInvalidate(old) }
                    let tokens = try services.map { try $0.client.reply().string("access_token") }
                    #expect(Set(tokens).count == 1 && tokens[0] != old)
                    let counters = try owner.get("/sim/counters").json()
                    let counts = try #require(counters["access_tokens"] as? [String: Any])
                    let forced = try #require(counts["forced"] as? [String: Any])
                    #expect(forced["granted"] as? Int == 1, "\(counts)")
                    for gateway in gateways { gateway.command.endInOrder() }
                    simulator.command.endInOrder()
                }
            }.get()
        }
    }
}
