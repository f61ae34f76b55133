import Gateway
import Testing

extension IntegrationTests {
    /// Pages elsewhere, and the cookie, over a socket.
    @Suite struct BrowserTests {
        private static let shop = ("Origin", "https://shop.example")

        private static func withShop(
            keepsCookie: Bool = true,
            _ clients: @escaping @Sendable (GatewayHarness) throws -> Void
        ) async throws {
            try await withGateway(
                {
                    $0.configure = {
                        $0.web.origins = ["https://shop.example"]
                        $0.web.setsCookie = keepsCookie
                    }
                },
                clients
            )
        }

        private static func expectReadable(_ reply: HTTPReply, sourceLocation: SourceLocation = #_sourceLocation) {
            #expect(reply["access-control-allow-origin"] == "https://shop.example", sourceLocation: sourceLocation)
            #expect(
                reply["access-control-expose-headers"] == "X-Request-Id, Retry-After",
                sourceLocation: sourceLocation
            )
            #expect(reply["vary"] == "Origin", sourceLocation: sourceLocation)
            #expect(reply["access-control-allow-credentials"] == nil, sourceLocation: sourceLocation)
            #expect(reply["x-request-id"] != nil, sourceLocation: sourceLocation)
        }

        @Test func `a page of a listed origin may read replies and errors of the API and nothing else`() async throws {
            try await Self.withShop { harness in
                let client = try harness.connect()
                let token = try client.logIn(try harness.code(of: "o-1")).string("token")
                let bearer = ("Authorization", "Bearer \(token)")
                let asked: [(String, String, [(String, String)], Int)] = [
                    ("GET", "/api/v1/wx/session", [bearer], 200), ("GET", "/api/v1/wx/session", [], 401),
                    ("GET", "/api/v1/wx/logout", [], 405), ("POST", "/api/v1/none", [], 404),
                    ("OPTIONS", "/api/v1/wx/logout", [], 405),
                    ("OPTIONS", "/api/v1/wx/session", [("Access-Control-Request-Method", "GET")], 204),
                    ("OPTIONS", "/api/v1/none", [("Access-Control-Request-Method", "PUT")], 204),
                    ("POST", "/api/v1/wx/logout", [bearer], 204),
                ]
                for (method, target, headers, status) in asked {
                    client.send(method, target, headers: headers + [Self.shop])
                    let reply = try client.reply()
                    #expect(reply.status == status, "\(method) \(target)")
                    Self.expectReadable(reply)
                    client.send(method, target, headers: headers + [("Origin", "https://evil.example")])
                    let other = try client.reply()
                    #expect(other["access-control-allow-origin"] == nil && other["vary"] == "Origin")
                }
                let elsewhere = try client.get("/auth/check", headers: [Self.shop])
                #expect(elsewhere["access-control-allow-origin"] == nil && elsewhere["vary"] == nil)
            }
        }

        @Test func `without listed origins no reply says anything about them`() async throws {
            try await withGateway { harness in
                let reply = try harness.connect().get("/api/v1/wx/session", headers: [Self.shop])
                #expect(reply.status == 401 && reply["access-control-allow-origin"] == nil && reply["vary"] == nil)
            }
        }

        @Test func `the cookie tells the session, and our own page logs out by it`() async throws {
            try await Self.withShop { harness in
                let client = try harness.connect()
                let token = try client.logIn(try harness.code(of: "o-1")).string("token")
                let cookie = ("Cookie", "wxgate_session=\(token)")
                #expect(try client.get("/api/v1/wx/session", headers: [cookie]).string("openid") == "o-1")
                for headers in [[cookie], [cookie, Self.shop]] {
                    let refused = try client.post("/api/v1/wx/logout", json: "{}", headers: headers)
                    expectProblem(refused, 403, "forbidden")
                    #expect(refused["set-cookie"] == nil)
                }
                // Whatever Host the client sends is where its own page would be.
                client.sendBytes(
                    Array(
                        """
                        POST /api/v1/wx/logout HTTP/1.1\r
                        Host: Login.example:80\r
                        Origin: http://login.example\r
                        Cookie: wxgate_session=\(token)\r
                        Content-Length: 0\r
                        \r

                        """.utf8
                    )
                )
                let reply = try client.reply()
                #expect(reply.status == 204)
                #expect(reply["set-cookie"] == "wxgate_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")
                expectRefused(try client.get("/api/v1/wx/session", headers: [cookie]), "logged_out")
            }
        }

        @Test func `turned off, the cookie counts nowhere`() async throws {
            try await Self.withShop(keepsCookie: false) { harness in
                let client = try harness.connect()
                let token = try client.logIn(try harness.code(of: "o-1")).string("token")
                let cookie = ("Cookie", "wxgate_session=\(token)")
                for target in ["/auth/check", "/api/v1/wx/session"] {
                    expectRefused(try client.get(target, headers: [cookie]), "missing")
                }
                expectRefused(try client.post("/api/v1/wx/logout", json: "{}", headers: [cookie]), "missing")
                #expect(try client.authCheck(token).status == 200)
            }
        }
    }
}
