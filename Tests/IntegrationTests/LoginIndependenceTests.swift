import Gateway
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// Login never needs the access_token (contract section 3).
    @Suite struct LoginIndependenceTests {
        private static let logins = 1_000
        private static let clients = 128

        /// Logs many new users in, all of whom must succeed; how long that took.
        private static func logInMany(_ harness: GatewayHarness) throws -> Duration {
            let codes = try harness.simulator.mintCodes(logins)
            var crowd = try ManyConnections(clients, port: harness.port)
            let clock = ContinuousClock()
            let start = clock.now
            let replies = try crowd.exchange(codes.map { LoginBytes.of($0.code) })
            let took = clock.now - start
            #expect(replies.count == logins)
            #expect(replies.count { $0.status == 200 } == logins)
            return took
        }

        /// Seconds, so that a login that waits for a token in any way is seen: each of the calls that do waits as long.
        private static let timeoutMilliseconds: UInt64 = 2_000

        @Test(.timeLimit(.minutes(2)), arguments: AccessTokenMode.allCases)
        func `logins at full rate succeed while token endpoints reset, hang and talk nonsense`(
            mode: AccessTokenMode
        ) async throws {
            let simulator = Simulator()
            // There is no token from the start on, so every call that wants one is in trouble.
            simulator.setFaults(.ofTokens(.reset))
            try await withGateway({
                $0.loops = 2
                $0.simulators = [simulator]
                $0.isTokenAwaited = false
                $0.configure = {
                    $0.accessTokens.mode = mode
                    $0.upstream.timeoutMilliseconds = Self.timeoutMilliseconds
                }
            }) { harness in
                let token = try harness.token(of: "o-caller", by: harness.connect())
                var slowest = Duration.zero
                for (fault, name) in [(Fault.reset, "reset"), (.hang, "hang"), (.html200, "html_200")] {
                    simulator.setFaults(.ofTokens(fault))
                    simulator.resetCounters()
                    // A call that needs a token has one fetched, at once or soon; it fails by itself.
                    let caller = try harness.connect()
                    try caller.sendPhone(simulator.mintPhoneCode(user: .openid("o-caller")).code, token: token)
                    try waitUntil { simulator.counters.faults[name, default: 0] > 0 }
                    slowest = max(slowest, try Self.logInMany(harness))
                    #expect(harness.keptToken == nil)
                    #expect(try caller.reply().status >= 500)
                    #expect(simulator.counters.requests["/sns/jscode2session"]?.errcodes == [0: Self.logins])
                }
                simulator.clearFaults()
                // Somebody who needs one has the next try made soon.
                _ = try harness.phone(of: "o-caller", token: token, by: harness.connect())
                _ = try harness.untilKept()
                let healthy = try Self.logInMany(harness)
                // Machines pause; but eight rounds of logins that each waited for a token would take sixteen seconds.
                #expect(slowest < healthy * 4 + .seconds(8))
            }
        }
    }
}
