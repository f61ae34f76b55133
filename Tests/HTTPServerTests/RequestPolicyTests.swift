import HTTP
import HTTPServer
import TestSupport
import Testing
import UV

/// What concerns every request, whatever its route.
@Suite struct RequestPolicyTests {
    private struct Policy: RequestPolicy {
        func response(to request: Request) -> Response? {
            request.method == .options && request.path != "*" ? .empty(.noContent) : nil
        }

        func fields(for request: Request) -> [(String, String)] {
            [("X-Policy", request.headers.first("origin") ?? "none")]
        }
    }

    /// What a handler throws when it cannot park.
    private struct Full: ProblemConvertible {
        var problem: Problem { .overloaded("Full.") }
    }

    private final class Later: ParkedReply {
        let give: (ParkedWriter) -> Void
        init(_ give: @escaping (ParkedWriter) -> Void) { self.give = give }
        func start(with writer: ParkedWriter) { give(writer) }
        func deadlinePassed() {}
        func draining() {}
        func hungUp() {}
    }

    @Test(arguments: [
        ("GET", "/plain", "200"), ("GET", "/nowhere", "404"), ("POST", "/plain", "405"), ("OPTIONS", "/nowhere", "204"),
        ("OPTIONS", "/park/now", "204"), ("GET", "/park/now", "200"), ("GET", "/park/later", "200"),
        ("GET", "/park/problem", "503"), ("GET", "/park/stream", "200"), ("GET", "/park/full", "503"),
        ("GET", "/park/bug", "500"), ("POST", "/park/now", "405"), ("OPTIONS", "*", "404"),
    ]) func `every reply has the fields of the policy, once`(method: String, target: String, status: String)
        async throws
    {
        try await withLoop { actor in
            let router = Router(logger: quietLogger, policy: Policy())
            router.get("/plain") { _ in .text("plain") }
            router.onParking(.get, "/park/:how") { _, how in
                switch how {
                case "now": return .now(.text("now"))
                case "later": return .later(Later { $0.send(.text("later")) })
                case "problem": return .later(Later { $0.send(Problem.overloaded("Not now.")) })
                case "stream":
                    return .later(
                        Later {
                            $0.startStream(.text(""))
                            $0.endStream()
                        }
                    )
                case "full": throw Full()
                default: throw UVError(code: -1)
                }
            }
            let server = Server(
                on: actor.loop,
                configuration: ServerConfiguration(),
                responder: router,
                limit: ConnectionLimit(maximum: 10),
                logger: quietLogger
            )
            let client = try RawClient(port: try server.start())
            let reply = await offPool {
                client.send(
                    "\(method) \(target) HTTP/1.1\r\nHost: x\r\nOrigin: o.test\r\nX-Request-Id: r-1\r\n"
                        + "Connection: close\r\n\r\n"
                )
                return client.readToEnd()
            }
            #expect(reply.hasPrefix("HTTP/1.1 \(status) "))
            #expect(reply.split(separator: "\r\n").filter { $0 == "X-Policy: o.test" }.count == 1)
            #expect(reply.split(separator: "\r\n").filter { $0 == "X-Request-Id: r-1" }.count == 1)
            await server.drain(timeoutMilliseconds: 1_000)
        }
    }

    @Test func `a refusal of the server itself has them too, where the head is known`() async throws {
        try await withLoop { actor in
            let router = Router(logger: quietLogger, policy: Policy())
            var configuration = ServerConfiguration()
            configuration.limits.bodyBytesMax = 1
            let server = Server(
                on: actor.loop,
                configuration: configuration,
                responder: router,
                limit: ConnectionLimit(maximum: 10),
                logger: quietLogger
            )
            let client = try RawClient(port: try server.start())
            let reply = await offPool {
                client.send("POST /x HTTP/1.1\r\nHost: x\r\nOrigin: o.test\r\nContent-Length: 2\r\n\r\n")
                client.shutdownWriting()
                return client.readToEnd()
            }
            #expect(reply.hasPrefix("HTTP/1.1 413 ") && reply.contains("X-Policy: o.test\r\n"))
            await server.drain(timeoutMilliseconds: 1_000)
        }
    }
}
