import Gateway
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// Calls of the gateway's own that WeChat refuses for their access_token, and requests for one that are refused here.
    @Suite struct AccessTokenRefusalTests {
        private static let errcodes = [40001, 40014, 42001]

        @Test(arguments: errcodes)
        func `a call of the gateway's own that gets 40001, 40014 or 42001 is repeated once`(errcode: Int) async throws {
            try await withTokenService { harness, _, _ in
                let old = try #require(harness.keptToken)
                let client = try harness.connect()
                let token = try harness.token(of: "o-1", by: client)
                // Once refused, and the proof says so too; WeChat hands the dead one out still.
                harness.simulator.setFaults(
                    FaultPlan(
                        rules: [TokenPath.phone, TokenPath.proof].map { path in
                            FaultRule(.errcode(errcode), count: 1, path: path)
                        }
                    )
                )
                #expect(try harness.phone(of: "o-1", token: token, by: client).status == 200)
                #expect(harness.answers(TokenPath.phone) == [errcode: 1, 0: 1])
                #expect(harness.simulator.counters.accessTokens.forcedGranted == 1)
                #expect(harness.keptToken != old)

                // Refused for good: no third time, and a token that WeChat takes elsewhere stays.
                let kept = harness.keptToken
                harness.simulator.resetCounters()
                harness.simulator.setFaults(FaultPlan(rules: [FaultRule(.errcode(errcode), path: TokenPath.phone)]))
                let reply = try harness.phone(of: "o-1", token: token, by: client)
                expectProblem(reply, 502, "upstream_invalid", with: ["errcode", "errmsg"])
                #expect(harness.answers(TokenPath.phone) == [errcode: 2])
                #expect(harness.simulator.counters.accessTokens.forcedGranted == 0)
                #expect(harness.keptToken == kept)
            }
        }

        @Test(arguments: [40003, 40164, 45009, -1])
        func `no other refusal of a call touches the token`(errcode: Int) async throws {
            try await withTokenService { harness, _, _ in
                let old = harness.keptToken
                let client = try harness.connect()
                let token = try harness.token(of: "o-1", by: client)
                harness.simulator.setFaults(FaultPlan(rules: [FaultRule(.errcode(errcode), path: TokenPath.phone)]))
                #expect(try harness.phone(of: "o-1", token: token, by: client).status >= 400)
                #expect(harness.requests(TokenPath.stable) == 1 && harness.requests(TokenPath.proof) == 0)
                #expect(harness.keptToken == old)
            }
        }

        @Test func `WeChat's shape has WeChat's errors`() async throws {
            try await withTokenService { _, service, _ in
                let (app, key) = ("appid=\(DefaultApp.appid)", "secret=\(TokenService.key)")
                let grant = "grant_type=client_credential"
                let errcodes = [
                    "\(grant)&\(key)": 41002, "\(grant)&\(app)": 41004, "\(app)&\(key)": 40002,
                    "grant_type=password&\(app)&\(key)": 40002, "\(grant)&appid=wx0&\(key)": 40013,
                    "\(grant)&\(app)&secret=unknown": 40125, "\(grant)&\(app)&secret=": 41004,
                ]
                for (query, errcode) in errcodes {
                    let members = query.split(separator: "&").map {
                        #""\#($0.replacing("=", with: #"":""#))""#
                    }
                    let replies = [
                        try service.client.get("/cgi-bin/token?\(query)"),
                        try service.client.post("/cgi-bin/stable_token", json: "{\(members.joined(separator: ","))}"),
                    ]
                    for reply in replies {
                        let json = try reply.json()
                        #expect(reply.status == 200)
                        #expect(Set(json.keys) == ["errcode", "errmsg"], "\(query): \(reply.text)")
                        #expect(json["errcode"] as? Int == errcode, "\(query): \(reply.text)")
                    }
                }
                for body in ["", "[]", "null", "{"] {
                    let reply = try service.client.post("/cgi-bin/stable_token", json: body)
                    #expect(try reply.json()["errcode"] as? Int == 47001, "\(body)")
                }
            }
        }
    }
}
