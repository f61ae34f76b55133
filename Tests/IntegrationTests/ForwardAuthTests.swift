import Foundation
import HTTPServer
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// The files of deploy/ in the servers they are for, between clients, the gateway and a backend.
    @Suite struct ForwardAuthTests {
        typealias Kind = ForwardAuthProxy.Kind

        /// What a test has at hand.
        struct Setup {
            let harness: GatewayHarness
            let backend: ForwardAuthServer
            let proxy: ForwardAuthProxy

            func logIn(_ openid: String) throws -> String {
                try harness.connect().logIn(try harness.code(of: openid)).string("token")
            }

            /// Sends a request through the proxy, on a connection of its own.
            func ask(
                _ headers: [(String, String)] = [],
                at target: String = "/page?a=b",
                method: String = "GET",
                body: String? = nil
            ) throws -> HTTPReply {
                let client = try KeepAliveClient(port: proxy.port)
                client.send(method, target, headers: headers, body: body)
                return try client.reply()
            }
        }

        private static func withProxy(_ kind: Kind, _ clients: @escaping @Sendable (Setup) throws -> Void) async throws
        {
            let backend = try await ForwardAuthServer { _ in .text("the backend's page") }
            let result: Result<Void, any Error>
            do {
                try await withGateway { harness in
                    let proxy = try ForwardAuthProxy(kind, gateway: harness.port, backend: backend.port)
                    defer { proxy.stop() }
                    try clients(Setup(harness: harness, backend: backend, proxy: proxy))
                }
                result = .success(())
            } catch {
                result = .failure(error)
            }
            let leaks = await backend.stop()
            #expect(leaks.isEmpty)
            try result.get()
        }

        private static func bearer(_ token: String) -> (String, String) { ("Authorization", "Bearer \(token)") }

        @Test(arguments: Kind.allCases) func `without a good token nothing reaches the backend`(kind: Kind) async throws
        {
            try await Self.withProxy(kind) { setup in
                let token = try setup.logIn("o-1")
                #expect(try setup.harness.connect().logOut(token).status == 204)
                let forged = [("X-Wx-Openid", "o-1"), ("X-Wx-Appid", "x"), ("X-Forwarded-Uri", "/public")]
                for headers in [[], [Self.bearer(token)], [Self.bearer("x.y.z")], [("Authorization", "Basic dTpw")]] {
                    for method in ["GET", "DELETE", "OPTIONS"] {
                        let reply = try setup.ask(headers + forged, method: method)
                        #expect(reply.status == 401)
                        #expect(reply["www-authenticate"] == #"Bearer error="invalid_token""#)
                    }
                }
                #expect(try setup.ask(at: "/_wxgate").status != 200)
                #expect(setup.backend.seen.isEmpty)
            }
        }

        @Test(arguments: Kind.allCases) func `with a good token the backend learns whose the request is`(
            kind: Kind
        ) async throws {
            try await Self.withProxy(kind) { setup in
                let token = try setup.logIn("o-1")
                let cookie = ("Cookie", "a=b; wxgate_session=\(token)")
                for headers in [[Self.bearer(token)], [cookie], [cookie, ("Authorization", "Basic dTpw")]] {
                    let reply = try setup.ask(headers)
                    #expect(reply.status == 200 && reply.text == "the backend's page")
                    let seen = try #require(setup.backend.seen.last)
                    #expect(seen.method == "GET" && seen.target == "/page?a=b")
                    expect(seen, openID: "o-1")
                }
            }
        }

        /// Names that a backend may take for one of ours.
        private static let variants: [[(String, String)]] = {
            var all: [[(String, String)]] = []
            for name in ["X-Wx-Appid", "X-Wx-Openid", "X-Wx-Unionid", "X-Wx-User-Id", "X-Wx-Channel"] {
                all.append([(name, "forged")])
                all.append([(name.lowercased(), "forged"), (name.uppercased(), "forged-2")])
                all.append([(name, ""), (name, "forged")])
                all.append([("Connection", name)])
                all.append([("Connection", "keep-alive, \(name.lowercased())"), (name, "forged")])
                // Each hyphen as an underscore or not.
                let parts = name.split(separator: "-")
                for mask in 1..<(1 << (parts.count - 1)) {
                    var variant = String(parts[0])
                    for (index, part) in parts.dropFirst().enumerated() {
                        variant += (mask >> index & 1 == 1 ? "_" : "-") + part
                    }
                    all.append([(variant, "forged"), (variant.lowercased(), "forged-2")])
                }
            }
            return all
        }()

        @Test(arguments: Kind.allCases) func `a client's own header never passes for one of ours`(
            kind: Kind
        ) async throws {
            try await Self.withProxy(kind) { setup in
                let token = try setup.logIn("o-1")
                for variant in Self.variants {
                    for headers in [variant + [Self.bearer(token)], [Self.bearer(token)] + variant] {
                        let before = setup.backend.seen.count
                        let status = try setup.ask(headers).status
                        // Refusing is as good as passing it on without them.
                        guard status == 200 else {
                            #expect(status == 400 && setup.backend.seen.count == before, "\(variant)")
                            continue
                        }
                        let seen = try #require(setup.backend.seen.last)
                        expect(seen, openID: "o-1", "\(variant)")
                    }
                    #expect(try setup.ask(variant).status >= 400, "\(variant)")
                }
                let after = try setup.ask([Self.bearer(token)])
                #expect(after.status == 200)
            }
        }

        @Test(arguments: Kind.allCases) func `a large body reaches the backend whole`(kind: Kind) async throws {
            try await Self.withProxy(kind) { setup in
                let token = try setup.logIn("o-1")
                let body = String((0..<60_000).map { "\($0 % 10) line\n" }.joined())
                let client = try KeepAliveClient(port: setup.proxy.port)
                for _ in 0..<2 {
                    client.send("POST", "/upload", headers: [Self.bearer(token)], body: body)
                    #expect(try client.reply().status == 200)
                    let seen = try #require(setup.backend.seen.last)
                    #expect(seen.method == "POST" && seen.body == Array(body.utf8))
                    expect(seen, openID: "o-1")
                }
                #expect(try setup.ask(at: "/upload", method: "POST", body: body).status == 401)
                #expect(setup.backend.seen.count == 2)
            }
        }

        @Test(arguments: Kind.allCases) func `users are not mixed up on a kept connection`(kind: Kind) async throws {
            try await Self.withProxy(kind) { setup in
                let tokens = try (1...3).map { try setup.logIn("o-\($0)") }
                let client = try KeepAliveClient(port: setup.proxy.port)
                for round in 0..<12 {
                    let user = round % 3
                    #expect(try client.get("/", headers: [Self.bearer(tokens[user])]).status == 200)
                    let seen = try #require(setup.backend.seen.last)
                    expect(seen, openID: "o-\(user + 1)")
                }
            }
        }
    }
}

/// Expects that the backend can take the request for this user's only, whichever way it reads header names.
private func expect(
    _ seen: ForwardAuthServer.Seen,
    openID: String,
    _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    for (name, value) in [("X-Wx-Appid", DefaultApp.appid), ("X-Wx-Openid", openID), ("X-Wx-Channel", "mini")] {
        #expect(seen.values(like: name) == [value], comment, sourceLocation: sourceLocation)
    }
    // Not known of this user: missing or empty.
    for name in ["X-Wx-Unionid", "X-Wx-User-Id"] {
        #expect(seen.values(like: name).allSatisfy { $0.isEmpty }, comment, sourceLocation: sourceLocation)
    }
}
