import Testing
import WeChat
import WeChatSimulator

@testable import Gateway

extension IntegrationTests {
    /// The keeper of the access_token against WeChat's rules, in a whole gateway.
    @Suite struct AccessTokenTests {
        @Test func `the first token comes by itself, and no call of the gateway fetches another`() async throws {
            try await withGateway({ $0.loops = 2 }) { harness in
                let client = try harness.connect()
                let token = try harness.token(of: "o-1", by: client)
                for _ in 0..<3 {
                    #expect(try harness.phone(of: "o-1", token: token, by: client).status == 200)
                }
                #expect(harness.requests(TokenPath.stable) == 1)
            }
        }

        @Test func `a token endpoint that hangs and a store that does not answer delay neither start nor login`()
            async throws
        {
            let simulator = Simulator()
            simulator.setFaults(.ofTokens(.hang))
            let clock = ContinuousClock()
            let start = clock.now
            try await withGateway({
                $0.simulators = [simulator]
                $0.isTokenAwaited = false
                $0.configure = { $0.upstream.timeoutMilliseconds = 1_000 }
            }) { harness in
                let client = try harness.connect()
                #expect(try client.get("/readyz").status == 200)
                #expect(try client.logIn(harness.code()).status == 200)
                #expect(clock.now - start < .milliseconds(900))
                #expect(harness.keptToken == nil)
                try waitUntil { harness.requests(TokenPath.stable) > 0 }
                simulator.clearFaults()
                _ = try harness.untilKept()
            }
            let store = SilentAccessTokenStore()
            try await withGateway({
                $0.accessTokens = store
                $0.isTokenAwaited = false
            }) { harness in
                let client = try harness.connect()
                #expect(try client.get("/readyz").status == 200)
                #expect(try client.logIn(harness.code()).status == 200)
                #expect(harness.keptToken == nil)
                store.answer()
                _ = try harness.untilKept()
            }
        }

        @Test(arguments: AccessTokenMode.allCases)
        func `a call of the gateway's own whose token is dead is repeated once with a new one`(
            mode: AccessTokenMode
        ) async throws {
            try await withGateway({ $0.configure = { $0.accessTokens.mode = mode } }) { harness in
                let path = mode == .stable ? TokenPath.stable : TokenPath.legacy
                let old = try #require(harness.keptToken)
                let client = try harness.connect()
                let token = try harness.token(of: "o-1", by: client)
                // The gateway's clock stays where it is, so it takes the token for good.
                harness.simulator.advanceClock(by: .seconds(7200))
                #expect(try harness.phone(of: "o-1", token: token, by: client).status == 200)
                #expect(harness.answers(TokenPath.phone) == [0: 1, 42001: 1])
                #expect(harness.requests(path) == 2)
                #expect(harness.keptToken != old)
                #expect(try harness.phone(of: "o-1", token: token, by: client).status == 200)
                #expect(harness.requests(path) == 2)
            }
        }

        @Test func `a token that WeChat kills and hands out still is refreshed by force, once`() async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                let token = try harness.token(of: "o-1", by: client)
                try harness.simulator.expireToken(.stable)
                #expect(try harness.phone(of: "o-1", token: token, by: client).status == 200)
                #expect(harness.answers(TokenPath.phone) == [0: 1, 40001: 1])
                #expect(harness.simulator.counters.accessTokens.forcedGranted == 1)
                #expect(harness.simulator.counters.accessTokens.sameAgain == 1)
            }
        }

        @Test func `when something else fetches the legacy token too, calls go on and the log says why`() async throws {
            let log = CapturedLog()
            try await withGateway({
                $0.logger = log.logger
                $0.configure = { $0.accessTokens.mode = .legacy }
            }) { harness in
                let client = try harness.connect()
                let token = try harness.token(of: "o-1", by: client)
                try harness.simulator.fetchAsSomeoneElse(.legacy)
                // WeChat honours both for five minutes.
                #expect(try harness.phone(of: "o-1", token: token, by: client).status == 200)
                harness.simulator.advanceClock(by: .seconds(301))
                #expect(try harness.phone(of: "o-1", token: token, by: client).status == 200)
                #expect(harness.answers(TokenPath.phone) == [0: 2, 40001: 1])
                #expect(harness.requests(TokenPath.legacy) == 2)
            }
            let lines = log.lines.filter { $0.contains("an access_token died before its end") }
            #expect(lines.count == 1)
            #expect(lines.first?.hasPrefix("warning") == true)
            #expect(lines.first?.contains("something else fetches the legacy access_token of this app") == true)
        }

        @Test func `a hundred services that report one dead token cause one refresh`() async throws {
            try await withGateway { harness in
                let old = try #require(harness.keptToken)
                harness.simulator.advanceClock(by: .seconds(7200))
                let reports = try harness.report(old, times: 100)
                #expect(reports.count == 100)
                #expect(reports.allSatisfy { $0.isRefreshed && $0.current.token.string == harness.keptToken })
                #expect(harness.keptToken != old)
                #expect(harness.requests(TokenPath.stable) == 2)
                #expect(harness.answers(TokenPath.proof) == [42001: 1])
                // Who comes late is told so.
                #expect(try harness.report(old, times: 1).allSatisfy { !$0.isRefreshed })
                #expect(harness.requests(TokenPath.stable) == 2)
            }
        }

        @Test(arguments: AccessTokenMode.allCases)
        func `a restart with a good stored token fetches none`(mode: AccessTokenMode) async throws {
            let simulator = Simulator()
            let store = MemoryAccessTokenStore()
            let change: @Sendable (inout HarnessOptions) -> Void = {
                $0.simulators = [simulator]
                $0.accessTokens = store
                $0.configure = { $0.accessTokens.mode = mode }
            }
            try await withGateway(change) { _ in }
            simulator.resetCounters()
            try await withGateway(change) { harness in
                let client = try harness.connect()
                let token = try harness.token(of: "o-1", by: client)
                #expect(try harness.phone(of: "o-1", token: token, by: client).status == 200)
                #expect(harness.requests(TokenPath.stable) + harness.requests(TokenPath.legacy) == 0)
            }
        }

        @Test func `a stop in the midst of a legacy fetch loses no token`() async throws {
            let simulator = Simulator()
            simulator.setFaults(FaultPlan(latency: .fixed(milliseconds: 500)))
            let store = MemoryAccessTokenStore()
            let change: @Sendable (inout HarnessOptions) -> Void = {
                $0.simulators = [simulator]
                $0.accessTokens = store
                $0.configure = { $0.accessTokens.mode = .legacy }
            }
            try await withGateway({
                change(&$0)
                $0.isTokenAwaited = false
            }) { harness in
                try waitUntil { harness.requests(TokenPath.legacy) == 1 }
                #expect(harness.keptToken == nil)
            }
            simulator.clearFaults()
            try await withGateway(change) { harness in
                let client = try harness.connect()
                let token = try harness.token(of: "o-1", by: client)
                #expect(try harness.phone(of: "o-1", token: token, by: client).status == 200)
                #expect(harness.requests(TokenPath.legacy) == 1)
            }
        }

        /// How other outages look, and longer ones: `AccessTokenOutageTests`.
        @Test func `an outage shorter than the rest of the token's life is noticed by nobody`() async throws {
            let clock = ManualClock()
            try await withGateway({
                $0.clock = clock.wallClock
                $0.configure = { $0.accessTokens.clockLookMilliseconds = 10 }
            }) { harness in
                func advance(seconds: Int64) {
                    harness.simulator.advanceClock(by: .seconds(seconds))
                    clock.advance(milliseconds: seconds * 1_000)
                }
                let old = try #require(harness.keptToken)
                let client = try harness.connect()
                let token = try harness.token(of: "o-1", by: client)
                harness.simulator.setFaults(.ofTokens(.html502))
                // 600 s before its end it is due; the outage lasts until 150 s before it.
                advance(seconds: 6_650)
                for _ in 0..<2 {
                    let tried = harness.requests(TokenPath.stable)
                    advance(seconds: 200)
                    try waitUntil { harness.requests(TokenPath.stable) > tried }
                    #expect(try harness.phone(of: "o-1", token: token, by: client).status == 200)
                    #expect(try harness.handOut().token.string == old)
                }
                harness.simulator.clearFaults()
                advance(seconds: 65)
                _ = try harness.untilKept(after: old)
                #expect(try harness.phone(of: "o-1", token: token, by: client).status == 200)
                #expect(harness.answers(TokenPath.phone) == [0: 3])
            }
        }

        @Test func `logins that fill the queue to WeChat do not hold up a renewal`() async throws {
            let clock = ManualClock()
            try await withGateway({
                $0.clock = clock.wallClock
                $0.configure = {
                    $0.upstream.inflightMax = 1
                    $0.upstream.timeoutMilliseconds = 1_500
                    $0.accessTokens.clockLookMilliseconds = 10
                }
            }) { harness in
                let old = try #require(harness.keptToken)
                harness.simulator.setFaults(FaultPlan(rules: [FaultRule(.hang, path: "/sns/jscode2session")]))
                // One is under way and one waits.
                let stuck = try (0..<2).map { _ in try harness.connect() }
                for client in stuck { client.sendLogin(try harness.code()) }
                let client = try harness.connect()
                try harness.settle(by: client)
                expectProblem(try client.logIn(harness.code()), 503, "overloaded")
                harness.simulator.advanceClock(by: .seconds(7_000))
                clock.advance(milliseconds: 7_000_000)
                _ = try harness.untilKept(after: old)
                expectProblem(try client.logIn(harness.code()), 503, "overloaded")
                for client in stuck { expectProblem(try client.reply(), 504, "upstream_timeout") }
            }
        }
    }
}
