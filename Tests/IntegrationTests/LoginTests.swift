import Testing
import WeChatSimulator

extension IntegrationTests {
    @Suite struct LoginTests {
        @Test(arguments: [1, 2])
        func `a login gives a token, which is good until the logout and then says why not`(loops: Int) async throws {
            try await withGateway({ $0.loops = loops }) { harness in
                let client = try harness.connect()
                let login = try client.logIn(harness.code(of: "o-alice"))
                let token = try expectLogin(login, openid: "o-alice", isNew: true)

                let session = try client.session(token)
                #expect(session.status == 200)
                #expect(session["content-type"] == "application/json")
                #expect(session["cache-control"] == "no-store")
                let seen = try session.json()
                #expect(Set(seen.keys) == ["openid", "appid", "channel", "expires_in"])
                #expect(seen["openid"] as? String == "o-alice")
                #expect(seen["appid"] as? String == DefaultApp.appid)
                #expect(seen["channel"] as? String == "mini")
                #expect((604_790...604_800).contains(seen["expires_in"] as? Int ?? 0))

                let logout = try client.logOut(token)
                #expect(logout.status == 204 && logout.body.isEmpty)
                #expect(logout["content-length"] == nil && logout["x-request-id"] != nil)
                expectRefused(try client.session(token), "logged_out")
                expectRefused(try client.logOut(token), "logged_out")
            }
        }

        @Test func `a logout takes the token as JSON and as a form`() async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                let first = try client.logIn(harness.code()).string("token")
                #expect(try client.post("/api/v1/wx/logout", json: #"{"token":"\#(first)"}"#).status == 204)
                expectRefused(try client.session(first), "logged_out")
                let second = try client.logIn(harness.code()).string("token")
                #expect(try client.post("/api/v1/wx/logout", form: "token=\(second)").status == 204)
                expectRefused(try client.session(second), "logged_out")
            }
        }

        @Test func `a logout without a token, and with nonsense for one, says which it is`() async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                client.send("POST", "/api/v1/wx/logout")
                expectRefused(try client.reply(), "missing")
                expectRefused(try client.post("/api/v1/wx/logout", json: "{}"), "missing")
                expectRefused(try client.post("/api/v1/wx/logout", json: #"{"token":"a.b"}"#), "malformed")
                expectRefused(try client.get("/api/v1/wx/session"), "missing")
                expectRefused(try client.session("nonsense"), "malformed")
            }
        }

        @Test func `a login takes a query, a form and JSON with charset`() async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                let query = "code=\(try harness.code(of: "o-q"))&appid=\(DefaultApp.appid)"
                try expectLogin(client.get("\(KeepAliveClient.login)?\(query)"), openid: "o-q", isNew: true)
                let form = try client.post(KeepAliveClient.login, form: "code=\(harness.code(of: "o-f"))&other=1")
                try expectLogin(form, openid: "o-f", isNew: true)
                client.send(
                    "POST",
                    KeepAliveClient.login,
                    headers: [("content-type", "Application/JSON; charset=UTF-8")],
                    body: #"{"unknown":[1,{"a":null}],"nonce":null,"code":"\#(try harness.code(of: "o-j"))"}"#
                )
                try expectLogin(client.reply(), openid: "o-j", isNew: true)
            }
        }

        @Test func `is_new is true at the first login ever only`() async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                try expectLogin(client.logIn(harness.code(of: "o-b")), openid: "o-b", isNew: true)
                try expectLogin(client.logIn(harness.code(of: "o-b")), openid: "o-b", isNew: false)
                try expectLogin(client.logIn(harness.code(of: "o-c")), openid: "o-c", isNew: true)
            }
        }

        @Test func `a unionid is there when WeChat gave one, in login and session`() async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                try harness.simulator.updateUser(.openid("o-u")) { $0.unionid = "o-union" }
                let login = try client.logIn(harness.code(of: "o-u"))
                let token = try expectLogin(login, openid: "o-u", isNew: true, with: ["unionid"])
                #expect(try login.string("unionid") == "o-union")
                let session = try client.session(token)
                #expect(try session.string("unionid") == "o-union")
                #expect(try Set(session.json().keys) == ["openid", "unionid", "appid", "channel", "expires_in"])
            }
        }

        @Test func `a client's well-formed request id comes back, any other is replaced`() async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                let given = try client.logIn(harness.code(), headers: [("X-Request-Id", "a.B-1_2")])
                #expect(given["x-request-id"] == "a.B-1_2")
                let tooLong = String(repeating: "x", count: 129)
                for bad in ["", "a b", "ä", tooLong] {
                    let reply = try client.logIn(harness.code(), headers: [("X-Request-Id", bad)])
                    #expect(reply.status == 200)
                    #expect(reply["x-request-id"].map { !$0.isEmpty && $0 != bad } == true)
                }
            }
        }

        @Test func `health and readiness are told to anybody`() async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                #expect(try client.get("/healthz").status == 200)
                #expect(try client.get("/readyz").status == 200)
            }
        }
    }
}

/// Expects a login reply of the contract's shape and returns its token.
@discardableResult
func expectLogin(
    _ reply: HTTPReply,
    openid: String,
    isNew: Bool? = nil,
    with further: [String] = [],
    sourceLocation: SourceLocation = #_sourceLocation
) throws -> String {
    let context: Comment = "\(reply.status) \(reply.text)"
    #expect(reply.status == 200, context, sourceLocation: sourceLocation)
    #expect(reply["content-type"] == "application/json", context, sourceLocation: sourceLocation)
    #expect(reply["cache-control"] == "no-store", context, sourceLocation: sourceLocation)
    #expect(reply["x-request-id"] != nil, context, sourceLocation: sourceLocation)
    let json = try reply.json()
    let expected = Set(["token", "token_type", "expires_in", "openid", "is_new"] + further)
    #expect(Set(json.keys) == expected, context, sourceLocation: sourceLocation)
    #expect(json["token_type"] as? String == "Bearer", context, sourceLocation: sourceLocation)
    #expect(json["expires_in"] as? Int == 604_800, context, sourceLocation: sourceLocation)
    #expect(json["openid"] as? String == openid, context, sourceLocation: sourceLocation)
    if let isNew { #expect(json["is_new"] as? Bool == isNew, context, sourceLocation: sourceLocation) }
    let token = try reply.string("token", sourceLocation: sourceLocation)
    #expect(token.split(separator: ".").count == 3, context, sourceLocation: sourceLocation)
    return token
}
