import Gateway
import HTTPServer
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// What the browser has afterwards (contract section 4).
    @Suite struct WebLoginCookieTests {
        private static let own = ("Origin", "http://gateway.test")

        /// A browser's login, claimed: the token, and the field that gave the cookie.
        private static func claim(
            _ harness: GatewayHarness,
            headers: [(String, String)] = []
        ) throws -> (token: String, cookie: (String, String), setCookie: String?) {
            let client = try harness.connect()
            let login = try client.newLogin(headers: headers)
            try harness.phone(of: "o-1").approve(login)
            let reply = try client.status(login, headers: headers)
            let token = try expectClaim(reply)
            return (token, ("Cookie", "wxgate_session=\(token)"), reply["set-cookie"])
        }

        @Test func `both cookies are as the contract says, and for https only under https`() async throws {
            let proxy = try #require(AddressRange("127.0.0.1"))
            let seen: [(trusted: Bool, fields: [(String, String)], secure: Bool)] = [
                (false, [], false), (false, [("X-Forwarded-Proto", "https")], false), (true, [], false),
                (true, [("X-Forwarded-Proto", "http")], false), (true, [("X-Forwarded-Proto", "https")], true),
                (true, [("X-Forwarded-Proto", "https, http")], false),
            ]
            for (isTrusted, fields, isSecure) in seen {
                try await withGateway({ $0.configure = { $0.trustedProxies = isTrusted ? [proxy] : [] } }) { harness in
                    let client = try harness.connect()
                    let reply = try client.post("/api/v1/qr", json: "{}", headers: fields)
                    let login = try WebLogin(reply)
                    let end = isSecure ? "; Secure" : ""
                    #expect(
                        reply["set-cookie"]
                            == "wxgate_qr=\(login.secret); Path=\(login.path); Max-Age=240; HttpOnly; SameSite=Lax\(end)"
                    )
                    let claim = try Self.claim(harness, headers: fields)
                    #expect(
                        claim.setCookie
                            == "wxgate_session=\(claim.token); Path=/; Max-Age=604800; HttpOnly; SameSite=Lax\(end)"
                    )
                }
            }
        }

        @Test func `under a proxy's https the own origin is https, and no other`() async throws {
            let proxy = try #require(AddressRange("127.0.0.1"))
            try await withGateway({ $0.configure = { $0.trustedProxies = [proxy] } }) { harness in
                let client = try harness.connect()
                let https = ("X-Forwarded-Proto", "https")
                _ = try client.newLogin(headers: [https, ("Origin", "https://gateway.test")])
                for (fields, origin) in [([https], "http://gateway.test"), ([], "https://gateway.test")] {
                    let reply = try client.post("/api/v1/qr", json: "{}", headers: fields + [("Origin", origin)])
                    expectProblem(reply, 403, "forbidden")
                }
            }
        }

        @Test func `the cookie opens forward authentication and the session, and nothing else`() async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                let (token, cookie, _) = try Self.claim(harness)
                let check = try client.get("/auth/check", headers: [cookie])
                #expect(check.status == 200 && check["x-wx-openid"] == "o-1" && check["x-wx-channel"] == "web")
                let session = try client.get("/api/v1/wx/session", headers: [cookie])
                #expect(try session.string("openid") == "o-1")
                #expect(try session.string("channel") == "web")
                for call in ["userInfo", "checkSession"] {
                    expectRefused(try client.get("/api/v1/wx/\(call)", headers: [cookie, Self.own]), "missing")
                }
                for call in [
                    "wx/saveUserInfo", "wx/phone", "wx/decrypt", "wx/session/refresh", "qr/scan", "qr/confirm",
                    "qr/cancel",
                ] {
                    let reply = try client.post(
                        "/api/v1/\(call)",
                        json: #"{"scene":"x","nickName":"Li","avatarUrl":"https://a.example/l"}"#,
                        headers: [cookie, Self.own]
                    )
                    expectRefused(reply, "missing")
                }
                // A header wins, also a bad one.
                let bad = ("Authorization", "Bearer nonsense")
                expectRefused(try client.get("/auth/check", headers: [cookie, bad]), "malformed")
                // The ticket's cookie is none of the session's.
                let secret = try client.newLogin().secret
                let other = try client.get("/auth/check", headers: [("Cookie", "wxgate_session=\(secret)")])
                #expect(other.status == 401)
                #expect(try client.session(token).status == 200)
            }
        }

        @Test func `only our own pages log out by the cookie, which is then taken away`() async throws {
            try await withGateway({
                $0.configure = { $0.web.origins = ["https://shop.example"] }
            }) { harness in
                let client = try harness.connect()
                let (token, cookie, _) = try Self.claim(harness)
                func logOut(_ fields: [(String, String)]) throws -> HTTPReply {
                    client.send("POST", "/api/v1/wx/logout", headers: fields + [cookie], body: "")
                    return try client.reply()
                }
                let foreign: [[(String, String)]] = [
                    [], [("Origin", "null")], [("Origin", "https://evil.example")],
                    [("Origin", "https://shop.example")],
                    [("Sec-Fetch-Site", "same-origin")], [Self.own, ("Sec-Fetch-Site", "cross-site")],
                ]
                for fields in foreign {
                    let reply = try logOut(fields)
                    expectProblem(reply, 403, "forbidden")
                    #expect(reply["set-cookie"] == nil)
                }
                #expect(try client.session(token).status == 200)
                let reply = try logOut([Self.own])
                #expect(reply.status == 204)
                #expect(reply["set-cookie"] == "wxgate_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")
                expectRefused(try client.get("/auth/check", headers: [cookie]), "logged_out")
            }
        }

        @Test func `without cookies the claim sets none and none is taken`() async throws {
            try await withGateway({ $0.configure = { $0.web.setsCookie = false } }) { harness in
                let client = try harness.connect()
                let (token, cookie, setCookie) = try Self.claim(harness)
                #expect(setCookie == nil)
                expectRefused(try client.get("/auth/check", headers: [cookie]), "missing")
                expectRefused(try client.get("/api/v1/wx/session", headers: [cookie]), "missing")
                client.send("POST", "/api/v1/wx/logout", headers: [cookie, Self.own], body: "")
                expectRefused(try client.reply(), "missing")
                #expect(try client.authCheck(token).status == 200)
            }
        }

        // MARK: - Pages elsewhere

        @Test func `a page of a listed origin may read every kind of reply, without credentials`() async throws {
            try await withGateway({
                $0.configure = {
                    $0.admin.host = "127.0.0.1"
                    $0.web.origins = ["https://shop.example"]
                }
            }) { harness in
                let shop = ("Origin", "https://shop.example")
                let client = try harness.connect()
                func expectReadable(_ reply: HTTPReply, _ status: Int, _ line: Int = #line) {
                    #expect(reply.status == status, "line \(line): \(reply.text)")
                    #expect(reply["access-control-allow-origin"] == "https://shop.example", "line \(line)")
                    #expect(reply["access-control-allow-credentials"] == nil, "line \(line)")
                    #expect(reply["access-control-expose-headers"] == "X-Request-Id, Retry-After", "line \(line)")
                    #expect(reply["vary"] == "Origin", "line \(line)")
                }
                let created = try client.post("/api/v1/qr", json: "{}", headers: [shop])
                expectReadable(created, 201)
                let login = try WebLogin(created)
                expectReadable(try client.get("\(login.path)/status", headers: [shop]), 403)
                expectReadable(try client.get("/api/v1/qr/x/status", headers: [shop, login.secretField]), 410)
                expectReadable(try client.get("\(login.path)/image", headers: [shop]), 200)
                let target = "\(login.path)/status?wait=25&seen=pending"
                for field in ["x-qr-secret", "content-type", "authorization"] {
                    let asked = [
                        shop, ("Access-Control-Request-Method", "GET"), ("Access-Control-Request-Headers", field),
                    ]
                    client.send("OPTIONS", target, headers: asked)
                    let preflight = try client.reply()
                    expectReadable(preflight, 204)
                    #expect(preflight["access-control-allow-headers"]?.lowercased().contains(field) == true)
                    #expect(preflight["access-control-allow-methods"]?.contains("GET") == true)
                }
                let parked = try harness.connect()
                parked.send("GET", target, headers: [shop, login.secretField])
                try harness.untilParked(1)
                try harness.phone(of: "o-1").approve(login)
                let told = try parked.reply()
                expectReadable(told, 200)
                try harness.untilParked(0)
                client.send("OPTIONS", target, headers: [("Origin", "https://evil.example")])
                let refused = try client.reply()
                #expect(refused.status == 405 && refused["access-control-allow-origin"] == nil)
            }
        }
    }
}
