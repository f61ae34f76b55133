import Gateway
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// What WeChat can do wrong, and what a client of the gateway sees of it (contract section 2).
    @Suite struct UpstreamFaultTests {
        private static let path = "/sns/jscode2session"

        /// One call in flight at most: a place that a failure does not give back would hold up the next login for good.
        private static func configure(_ options: inout HarnessOptions) {
            options.configure = {
                $0.upstream.inflightMax = 1
                $0.upstream.timeoutMilliseconds = 400
            }
        }

        private static func expectHealthy(_ harness: GatewayHarness, _ client: KeepAliveClient) throws {
            harness.simulator.clearFaults()
            #expect(try client.logIn(harness.code()).status == 200)
        }

        struct Meaning: Sendable, CustomTestStringConvertible {
            let errcodes: [Int]
            let status: Int
            let error: String

            var testDescription: String { error }
        }

        @Test(arguments: [
            Meaning(errcodes: [40029, 41008], status: 400, error: "invalid_code"),
            Meaning(errcodes: [40163], status: 400, error: "code_used"),
            Meaning(errcodes: [40226], status: 403, error: "user_blocked"),
            Meaning(errcodes: [45009, 45011], status: 429, error: "rate_limited"),
            Meaning(errcodes: [-1], status: 503, error: "upstream_busy"),
            Meaning(
                errcodes: [
                    40013, 40125, 40164, 40243, 41002, 41004, 41030, 48001, 50002, 89501, 89503, 89506, 89507,
                ],
                status: 502,
                error: "app_misconfigured"
            ),
            Meaning(errcodes: [40001, 40002, 40003, 47001, 1, 2_147_483_648], status: 502, error: "upstream_invalid"),
        ])
        func `each errcode has its error, told with errcode and errmsg`(meaning: Meaning) async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                for errcode in meaning.errcodes {
                    harness.simulator.setFaults(FaultPlan(rules: [FaultRule(.errcode(errcode))]))
                    let json = expectProblem(
                        try client.logIn(harness.code()),
                        meaning.status,
                        meaning.error,
                        with: ["errcode", "errmsg"]
                    )
                    #expect(json["errcode"] as? Int == errcode)
                    #expect((json["errmsg"] as? String)?.contains("rid") == false)
                }
                try Self.expectHealthy(harness, client)
            }
        }

        @Test func `a blocked user, an unknown code and a wrong secret are refused by WeChat's own rules`() async throws
        {
            try await withGateway { harness in
                let client = try harness.connect()
                let code = try harness.code(of: "o-bad")
                try harness.simulator.updateUser(.openid("o-bad")) { $0.isBlocked = true }
                expectProblem(try client.logIn(code), 403, "user_blocked", with: ["errcode", "errmsg"])
                expectProblem(try client.logIn("unknown"), 400, "invalid_code", with: ["errcode", "errmsg"])
                let other = String(repeating: "f", count: 32)
                try harness.simulator.putApp(SimulatedApp(appid: DefaultApp.appid, secret: other))
                let refused = try client.logIn(harness.code())
                expectProblem(refused, 502, "app_misconfigured", with: ["errcode", "errmsg"])
            }
        }

        @Test func `a code older than five minutes is refused`() async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                let code = try harness.code()
                harness.simulator.advanceClock(by: .seconds(301))
                let json = expectProblem(
                    try client.logIn(code),
                    400,
                    "invalid_code",
                    with: ["errcode", "errmsg"]
                )
                #expect(json["errcode"] as? Int == 40029)
            }
        }

        @Test func `a WeChat that is busy twice is asked a third time`() async throws {
            try await withGateway { harness in
                harness.simulator.setFaults(FaultPlan(rules: [FaultRule(.errcode(-1), count: 2)]))
                let client = try harness.connect()
                #expect(try client.logIn(harness.code()).status == 200)
                #expect(harness.upstreamRequests() == 3)
                #expect(harness.simulator.counters.exchanges == 1)
            }
        }

        @Test func `a WeChat that stays busy is asked three times, then the client waits`() async throws {
            try await withGateway { harness in
                harness.simulator.setFaults(FaultPlan(rules: [FaultRule(.errcode(-1))]))
                let reply = try harness.connect().logIn(harness.code())
                expectProblem(reply, 503, "upstream_busy", with: ["errcode", "errmsg"])
                #expect(harness.upstreamRequests() == 3)
            }
        }

        struct Trouble: Sendable, CustomTestStringConvertible {
            let fault: Fault
            var status = 502
            var error = "upstream_invalid"

            var testDescription: String { fault.name }
        }

        @Test(arguments: [
            Trouble(fault: .hang, status: 504, error: "upstream_timeout"),
            Trouble(fault: .drip(bytes: 1, everyMilliseconds: 100), status: 504, error: "upstream_timeout"),
            Trouble(fault: .reset), Trouble(fault: .close), Trouble(fault: .html200), Trouble(fault: .html502),
            Trouble(fault: .empty), Trouble(fault: .halfJSON), Trouble(fault: .hugeJSON), Trouble(fault: .array),
            Trouble(fault: .openidMissing), Trouble(fault: .openidNumber), Trouble(fault: .sessionKeyLength),
        ])
        func `trouble is the contract's error within the time, asked once, and leaves nothing behind`(
            trouble: Trouble
        ) async throws {
            try await withGateway(Self.configure) { harness in
                let client = try harness.connect()
                for isConnectionKept in [false, true] {
                    if isConnectionKept { try Self.expectHealthy(harness, client) }
                    let before = harness.upstreamRequests()
                    harness.simulator.setFaults(FaultPlan(rules: [FaultRule(trouble.fault)]))
                    let clock = ContinuousClock()
                    let start = clock.now
                    expectProblem(try client.logIn(harness.code()), trouble.status, trouble.error)
                    let took = clock.now - start
                    if trouble.status == 504 { #expect(took > .milliseconds(350)) }
                    // Far above what it takes, far below the default of 3 s.
                    #expect(took < .milliseconds(1_800))
                    #expect(harness.upstreamRequests() == before + 1)
                }
                try Self.expectHealthy(harness, client)
            }
        }

        @Test(arguments: [Fault.errcodeZero, .errcodeString, .extraFields, .escapedSlashes])
        func `what WeChat may do is no trouble`(fault: Fault) async throws {
            try await withGateway(Self.configure) { harness in
                harness.simulator.setFaults(FaultPlan(rules: [FaultRule(fault)]))
                let client = try harness.connect()
                for number in 1...20 {
                    #expect(try client.logIn(harness.code()).status == 200)
                    #expect(harness.upstreamRequests() == number)
                }
            }
        }

        @Test func `a kept connection that WeChat has closed since is noticed before a code is sent on it`()
            async throws
        {
            try await withGateway(Self.configure) { harness in
                harness.simulator.setFaults(FaultPlan(rules: [FaultRule(.closeIdle)]))
                let client = try harness.connect()
                let control = try KeepAliveClient(port: harness.simulatorPorts[0])
                for number in 1...20 {
                    #expect(try client.logIn(harness.code()).status == 200)
                    #expect(harness.upstreamRequests() == number)
                    // The simulator's one loop answers this only after it has closed the connection.
                    #expect(try control.get("/sim/counters").status == 200)
                }
            }
        }

        @Test func `after a timeout the client's repeat asks WeChat again`() async throws {
            try await withGateway(Self.configure) { harness in
                harness.simulator.setFaults(FaultPlan(rules: [FaultRule(.hang, count: 1)]))
                let client = try harness.connect()
                let code = try harness.code()
                expectProblem(try client.logIn(code), 504, "upstream_timeout")
                #expect(try client.logIn(code).status == 200)
                // The same when the lost exchange did take place.
                harness.simulator.setFaults(FaultPlan(rules: [FaultRule(.hang, count: 1, takesEffect: true)]))
                let lost = try harness.code()
                expectProblem(try client.logIn(lost), 504, "upstream_timeout")
                expectProblem(try client.logIn(lost), 400, "code_used", with: ["errcode", "errmsg"])
            }
        }
    }
}
