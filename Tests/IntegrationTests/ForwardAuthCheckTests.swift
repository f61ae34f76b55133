import Gateway
import HTTP
import HTTPServer
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// `/auth/check` itself, over a socket.
    @Suite struct ForwardAuthCheckTests {
        private static let names = ["x-wx-appid", "x-wx-openid", "x-wx-unionid", "x-wx-user-id", "x-wx-channel"]

        private static func expectGood(_ reply: HTTPReply, sourceLocation: SourceLocation = #_sourceLocation) {
            #expect(reply.status == 200 && reply.body.isEmpty, "\(reply.text)", sourceLocation: sourceLocation)
            let values = names.map { reply[$0] }
            #expect(values == [DefaultApp.appid, "o-1", "", "", "mini"], sourceLocation: sourceLocation)
            #expect(reply["cache-control"] == "no-store", sourceLocation: sourceLocation)
        }

        @Test func `any method on the path and below it is answered alike`() async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                let token = try client.logIn(try harness.code(of: "o-1")).string("token")
                for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND"] {
                    for target in ["/auth/check", "/auth/check/", "/auth/check/a/b?c=d", "/auth/check/../x"] {
                        client.send(method, target, headers: [("Authorization", "Bearer \(token)")])
                        Self.expectGood(try client.reply())
                    }
                }
                for target in ["/auth/checkx", "/auth//check", "/auth/check%2Fx", "/Auth/check", "/auth"] {
                    let reply = try client.get(target, headers: [("Authorization", "Bearer \(token)")])
                    expectProblem(reply, 404, "not_found")
                }
            }
        }

        @Test func `no token, a bad one and a dead one are 401 with their reasons`() async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                let token = try client.logIn(try harness.code(of: "o-1")).string("token")
                let bearer = [("Authorization", "Bearer \(token)")]
                Self.expectGood(try client.get("/auth/check", headers: [("Cookie", "wxgate_session=\(token)")]))
                expectRefused(try client.get("/auth/check"), "missing")
                let bad = [("Authorization", "Bearer x"), ("Cookie", "wxgate_session=\(token)")]
                expectRefused(try client.get("/auth/check/below", headers: bad), "malformed")
                #expect(try client.logOut(token).status == 204)
                expectRefused(try client.get("/auth/check", headers: bearer), "logged_out")
            }
        }

        @Test func `a body is ignored, however long and of whatever type, and the connection goes on`() async throws {
            try await withGateway({ $0.configure = { $0.server.limits.discardedBytesMax = 1 << 20 } }) { harness in
                let client = try harness.connect()
                let token = try client.logIn(try harness.code(of: "o-1")).string("token")
                let headers = [("Authorization", "Bearer \(token)"), ("Content-Type", "application/nonsense")]
                for length in [1, 65_536, 65_537, 1 << 20] {
                    let body = String(repeating: "x", count: length)
                    client.send("POST", "/auth/check", headers: headers, body: body)
                    client.send("POST", "/auth/check", body: body)
                    Self.expectGood(try client.reply())
                    expectRefused(try client.reply(), "missing")
                }
                // Announced, and too long even to be read away.
                client.send("PUT", "/auth/check", headers: headers + [("Content-Length", "10000000000")])
                let last = try client.reply()
                Self.expectGood(last)
                #expect(last["connection"] == "close" && client.isClosedByServer())
            }
        }
    }
}
