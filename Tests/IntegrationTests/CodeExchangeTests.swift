import Gateway
import HTTPServer
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// One exchange a code, and who shares its session (contract section 3).
    @Suite struct CodeExchangeTests {
        @Test func `a thousand requests with one code make one exchange and share one token`() async throws {
            try await withGateway({
                $0.loops = 2
                $0.latency = .fixed(milliseconds: 30)
            }) { harness in
                let request = LoginBytes.of(try harness.code())
                var crowd = try ManyConnections(100, port: harness.port)
                let replies = try crowd.exchange(Array(repeating: request, count: 1000))
                #expect(replies.count == 1000)
                #expect(replies.allSatisfy { $0.status == 200 })
                #expect(Set(try replies.map { try $0.string("token") }).count == 1)
                #expect(harness.simulator.counters.exchanges == 1)
                #expect(harness.upstreamRequests() == 1)
            }
        }

        @Test func `while the exchange is in flight only the first nonce's clients share its session`() async throws {
            try await withGateway({ $0.latency = .fixed(milliseconds: 300) }) { harness in
                let code = try harness.code()
                let clients = try (0..<5).map { _ in try harness.connect() }
                clients[0].sendLogin(code, nonce: "a")
                try waitUntil { harness.upstreamRequests() == 1 }
                for (client, nonce) in zip(clients.dropFirst(), ["a", "b", nil, "a"]) {
                    client.sendLogin(code, nonce: nonce)
                }
                let replies = try clients.map { try $0.reply() }
                #expect(replies.map(\.status) == [200, 200, 400, 400, 200])
                for refused in replies[2...3] { expectProblem(refused, 400, "code_used") }
                #expect(Set(try [replies[0], replies[1], replies[4]].map { try $0.string("token") }).count == 1)
                #expect(harness.upstreamRequests() == 1)
            }
        }

        @Test func `a repeat by POST gets the same token without asking WeChat, one by GET does not`() async throws {
            try await withGateway({ $0.loops = 2 }) { harness in
                let code = try harness.code(of: "o-alice")
                let token = try expectLogin(harness.connect().logIn(code), openid: "o-alice", isNew: true)
                for _ in 0..<4 {
                    let client = try harness.connect()
                    #expect(try expectLogin(client.logIn(code), openid: "o-alice", isNew: true) == token)
                    expectProblem(try client.get("\(KeepAliveClient.login)?code=\(code)"), 400, "code_used")
                }
                #expect(harness.upstreamRequests() == 1)
            }
        }

        @Test func `a repeat with another nonce, or with one where there was none, gets code_used`() async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                let (named, nameless) = (try harness.code(), try harness.code())
                let token = try client.logIn(named, nonce: "n1").string("token")
                expectProblem(try client.logIn(named, nonce: "n2"), 400, "code_used")
                expectProblem(try client.logIn(named), 400, "code_used")
                #expect(try client.logIn(named, nonce: "n1").string("token") == token)
                #expect(try client.logIn(nameless).status == 200)
                expectProblem(try client.logIn(nameless, nonce: "n1"), 400, "code_used")
                #expect(harness.upstreamRequests() == 2)
            }
        }

        @Test func `after the replay window WeChat is asked, and its refusal is told with errcode`() async throws {
            let clock = ManualClock()
            try await withGateway({ $0.clock = clock.wallClock }) { harness in
                let client = try harness.connect()
                let code = try harness.code()
                let token = try client.logIn(code).string("token")
                clock.advance(milliseconds: 9_999)
                #expect(try client.logIn(code).string("token") == token)
                #expect(harness.upstreamRequests() == 1)
                clock.advance(milliseconds: 1)
                let late = try client.logIn(code)
                let json = expectProblem(late, 400, "code_used", with: ["errcode", "errmsg"])
                #expect(json["errcode"] as? Int == 40163)
                #expect(json["errmsg"] as? String == "code been used")
                #expect(harness.upstreamRequests() == 2)
                #expect(try client.session(token).status == 200)
            }
        }

        @Test func `a repeat after its session was logged out gets code_used`() async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                let code = try harness.code()
                #expect(try client.logOut(client.logIn(code).string("token")).status == 204)
                expectProblem(try client.logIn(code), 400, "code_used")
                #expect(harness.upstreamRequests() == 1)
            }
        }

        @Test func `a repeat after its session was replaced gets code_used and ends nobody`() async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                let code = try harness.code(of: "o-alice")
                #expect(try client.logIn(code).status == 200)
                let newer = try client.logIn(harness.code(of: "o-alice")).string("token")
                expectProblem(try client.logIn(code), 400, "code_used")
                #expect(try client.session(newer).status == 200)
                #expect(harness.upstreamRequests() == 2)
            }
        }

        @Test func `without a replay window each repeat asks WeChat`() async throws {
            try await withGateway({ $0.configure = { $0.codeReplayMilliseconds = 0 } }) { harness in
                let client = try harness.connect()
                let code = try harness.code()
                #expect(try client.logIn(code).status == 200)
                let json = expectProblem(
                    try client.logIn(code),
                    400,
                    "code_used",
                    with: ["errcode", "errmsg"]
                )
                #expect(json["errcode"] as? Int == 40163)
                #expect(harness.upstreamRequests() == 2)
                #expect(harness.simulator.counters.exchanges == 1)
            }
        }

        @Test func `X-Forwarded-For of a stranger means that a repeat needs a nonce`() async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                let forwarded = [("X-Forwarded-For", "203.0.113.5")]
                let (nameless, named) = (try harness.code(), try harness.code())
                #expect(try client.logIn(nameless, headers: forwarded).status == 200)
                expectProblem(try client.logIn(nameless, headers: forwarded), 400, "code_used")
                expectProblem(try client.logIn(nameless), 400, "code_used")
                let token = try client.logIn(named, nonce: "n", headers: forwarded).string("token")
                #expect(try client.logIn(named, nonce: "n", headers: forwarded).string("token") == token)
            }
        }

        @Test func `behind a trusted proxy clients are told apart by the address that it adds`() async throws {
            let loopback = try #require(AddressRange("127.0.0.0/8"))
            let inner = try #require(AddressRange("10.0.0.0/8"))
            try await withGateway({ $0.configure = { $0.trustedProxies = [loopback, inner] } }) { harness in
                let client = try harness.connect()
                let code = try harness.code()
                func logIn(from hops: String) throws -> HTTPReply {
                    try client.logIn(code, headers: [("X-Forwarded-For", hops)])
                }
                let token = try logIn(from: "203.0.113.5").string("token")
                #expect(try logIn(from: "198.51.100.1, 203.0.113.5").string("token") == token)
                #expect(try logIn(from: "203.0.113.5, 10.1.2.3").string("token") == token)
                for other in ["203.0.113.6", "203.0.113.5, 203.0.113.6", "203.0.113.5, nonsense", "10.1.2.3"] {
                    expectProblem(try logIn(from: other), 400, "code_used")
                }
                expectProblem(try client.logIn(code), 400, "code_used")
            }
        }

        @Test func `a failed exchange is shared by those in flight and not replayed`() async throws {
            try await withGateway({ $0.latency = .fixed(milliseconds: 300) }) { harness in
                harness.simulator.setFaults(FaultPlan(rules: [FaultRule(.errcode(45011), count: 1)]))
                let code = try harness.code()
                let clients = try (0..<8).map { _ in try harness.connect() }
                clients[0].sendLogin(code, nonce: "first")
                try waitUntil { harness.upstreamRequests() == 1 }
                for (index, client) in clients.enumerated().dropFirst() {
                    client.sendLogin(code, nonce: index % 2 == 0 ? "first" : "other")
                }
                for client in clients {
                    let json = expectProblem(try client.reply(), 429, "rate_limited", with: ["errcode", "errmsg"])
                    #expect(json["errcode"] as? Int == 45011)
                }
                #expect(harness.upstreamRequests() == 1)
                #expect(try clients[0].logIn(code, nonce: "other").status == 200)
                #expect(harness.upstreamRequests() == 2)
                #expect(harness.simulator.counters.exchanges == 1)
            }
        }

        @Test func `codes of two apps are two codes`() async throws {
            let second = try GatewayConfiguration.secondApp()
            try await withGateway({ $0.configure = { $0.apps.append(second) } }) { harness in
                try harness.simulator.putApp(SimulatedApp(appid: second.id, secret: DefaultApp.secret))
                let client = try harness.connect()
                let code = try harness.code()
                func logIn(_ appid: String) throws -> HTTPReply {
                    try client.post(KeepAliveClient.login, json: #"{"code":"\#(code)","appid":"\#(appid)"}"#)
                }
                expectProblem(try client.logIn(code), 400, "unknown_app")
                expectProblem(try logIn("wx0000000000000000"), 400, "unknown_app")
                expectProblem(try logIn(second.id), 400, "invalid_code", with: ["errcode", "errmsg"])
                #expect(try logIn(DefaultApp.appid).status == 200)
                #expect(harness.upstreamRequests() == 2)
            }
        }
    }
}
