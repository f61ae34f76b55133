import HTTP
import HTTPServer
import Testing

extension IntegrationTests {
    /// What the proxies of deploy/ ask, and what they do when the answer is bad or none.
    @Suite struct ForwardAuthFailureTests {
        typealias Kind = ForwardAuthProxy.Kind

        /// Runs a proxy between a gateway that answers so and a backend.
        private static func withProxy(
            _ kind: Kind,
            answer: @escaping @Sendable (Request) -> Response,
            _ clients: (ForwardAuthProxy, _ gateway: ForwardAuthServer, _ backend: ForwardAuthServer) throws -> Void
        ) async throws {
            let gateway = try await ForwardAuthServer(answer)
            let backend = try await ForwardAuthServer { _ in Response(status: .internalServerError) }
            let result = Result {
                let proxy = try ForwardAuthProxy(kind, gateway: gateway.port, backend: backend.port)
                defer { proxy.stop() }
                try clients(proxy, gateway, backend)
            }
            let leaks = await [gateway.stop(), backend.stop()]
            #expect(leaks == [[], []])
            try result.get()
        }

        @Test(arguments: Kind.allCases, [300, 302, 400, 403, 404, 418, 431, 500, 502, 503, 504, 599])
        func `an answer that is not 200 never lets a request pass`(kind: Kind, code: UInt16) async throws {
            let answer = Response(status: Status(code: code, reason: "Odd"))
            try await Self.withProxy(kind, answer: { _ in answer }) { proxy, gateway, backend in
                let client = try KeepAliveClient(port: proxy.port)
                let status = try client.get("/", headers: [("Authorization", "Bearer x")]).status
                switch kind {
                // What nginx does not know it makes 500 of, and the file 503.
                case .nginx: #expect(status == (code == 403 ? 403 : 503))
                case .caddy: #expect(status == Int(code))
                }
                #expect(gateway.seen.count == 1 && backend.seen.isEmpty)
            }
        }

        @Test(arguments: Kind.allCases) func `without a gateway no request passes`(kind: Kind) async throws {
            let backend = try await ForwardAuthServer { _ in .text("never") }
            let result = Result {
                let nobody = try ForwardAuthProxy.freePort()
                let proxy = try ForwardAuthProxy(kind, gateway: nobody, backend: backend.port)
                defer { proxy.stop() }
                let reply = try KeepAliveClient(port: proxy.port).get("/", headers: [("X-Wx-Openid", "o-1")])
                #expect(reply.status == (kind == .nginx ? 503 : 502))
                if kind == .nginx { #expect(reply["retry-after"] == "1") }
                #expect(backend.seen.isEmpty)
            }
            let leaks = await backend.stop()
            #expect(leaks.isEmpty)
            try result.get()
        }

        @Test(arguments: Kind.allCases)
        func `the question has no body, says what it is about, and keeps its connection`(
            kind: Kind
        ) async throws {
            let answer = Response(headers: [("X-Wx-Openid", "o-1")])
            try await Self.withProxy(kind, answer: { _ in answer }) { proxy, gateway, backend in
                let body = String(repeating: "x", count: 200_000)
                for round in 0..<5 {
                    let client = try KeepAliveClient(port: proxy.port)
                    let headers = [("Authorization", "Bearer t"), ("Cookie", "a=b"), ("X-Wx-Openid", "o-9")]
                    client.send("POST", "/a/../b?c=%20d&round=\(round)", headers: headers, body: body)
                    // The backend's own 500 stays what it is.
                    #expect(try client.reply().status == 500)
                }
                for (round, seen) in gateway.seen.enumerated() {
                    #expect(seen.method == "GET" && seen.target == "/auth/check" && seen.body.isEmpty)
                    #expect(seen["Authorization"] == "Bearer t" && seen["Cookie"] == "a=b")
                    #expect(seen["X-Forwarded-Method"] == "POST")
                    #expect(seen["X-Forwarded-Uri"] == "/a/../b?c=%20d&round=\(round)")
                    #expect(seen["Content-Length"] ?? "0" == "0" && seen["Transfer-Encoding"] == nil)
                    #expect(!seen.values(like: "X-Wx-Openid").contains("o-9"))
                }
                #expect(gateway.seen.count == 5 && backend.seen.count == 5)
                #expect(Set(gateway.seen.map(\.peerPort)).count == 1)
                for seen in backend.seen {
                    #expect(seen.method == "POST" && seen.body.count == 200_000)
                    #expect(seen.values(like: "X-Wx-Openid") == ["o-1"])
                }
            }
        }
    }
}
