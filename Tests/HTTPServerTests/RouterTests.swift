import HTTP
import HTTPServer
import Logging
import TestSupport
import Testing
import UV

@Suite struct RouterTests {
    private struct Teapot: ProblemConvertible {
        var problem: Problem {
            Problem(status: Status(code: 418, reason: "I'm a teapot"), error: "teapot", title: "t", detail: "d")
        }
    }

    /// What a domain makes of its own bugs.
    private struct Fault: ProblemConvertible {
        var problem: Problem { .internalError }
    }

    private static let routes: @Sendable (Router, EventLoop) -> Void = { router, _ in
        router.get("/both") { .text("\($0.method) \($0.query ?? "-")") }
        router.on(.post, "/post") { _ in .json(Array("{}".utf8), status: .created) }
        router.on(.put, "/post") { _ in .empty(.noContent) }
        router.on(.get, "/teapot") { _ in throw Teapot() }
        router.on(.get, "/cancelled") { _ in throw CancellationError() }
        router.onRaw(.get, "/raw") { request, writer in writer.send(.text("raw \(request.path)")) }
        router.on(.get, "/twice") { _ in .text("first") }
        router.on(.get, "/twice") { _ in .text("second") }
        router.get("/users/:id/sessions") { request, id in .text("\(request.method) sessions of \(id)") }
        router.on(.delete, "/users/:id/sessions") { _, _ in .empty(.noContent) }
        router.on(.delete, "/users/:id") { _, id in .text("deleted \(id)") }
        router.on(.get, "/users/me") { _ in .text("exact") }
        router.on(.get, "/users/:id/bug") { _, _ in throw UVError(code: -1) }
        router.on(.get, "/fault") { _ in throw Fault() }
        router.onAny("/any", andBelow: true) { .text("any \($0.method) \($0.path)") }
        router.on(.put, "/any") { _ in .text("put has its own") }
        router.onAny("/only") { _ in .text("only") }
    }

    /// Method, target, expected status line, and something that the reply must contain.
    @Test(arguments: [
        ("GET", "/both?a=%20&b", "200 OK", "GET a=%20&b"),
        ("GET", "/both", "200 OK", "GET -"),
        ("GET", "http://other.example/both?q", "200 OK", "GET q"),
        ("POST", "/post", "201 Created", "Content-Type: application/json\r\nCache-Control: no-store\r\n"),
        ("PUT", "/post", "204 No Content", "Cache-Control: no-store\r\n"),
        ("GET", "/raw", "200 OK", "raw /raw"),
        ("GET", "/teapot", "418 I'm a teapot", #""error":"teapot""#),
        ("GET", "/twice", "200 OK", "second"),
        // Paths are not normalised: what differs by a byte is another path.
        ("GET", "/both/", "404 Not Found", "not_found"), ("GET", "//both", "404 Not Found", "not_found"),
        ("GET", "/Both", "404 Not Found", "not_found"), ("GET", "/b%6Fth", "404 Not Found", "not_found"),
        ("GET", "/x/../both", "404 Not Found", "not_found"), ("GET", "/", "404 Not Found", "not_found"),
        ("DELETE", "/nowhere", "404 Not Found", "not_found"),
        ("DELETE", "/post", "405 Method Not Allowed", "Allow: POST, PUT\r\n"),
        ("GET", "/post", "405 Method Not Allowed", "method_not_allowed"),
        ("POST", "/both", "405 Method Not Allowed", "Allow: GET, HEAD\r\n"),
        ("get", "/both", "405 Method Not Allowed", "Allow: GET, HEAD\r\n"),
        ("OPTIONS", "*", "404 Not Found", "not_found"),
        // A parameter.
        ("GET", "/users/17/sessions?x", "200 OK", "GET sessions of 17"),
        ("GET", "/users/%2F..%20/sessions", "200 OK", "GET sessions of %2F..%20"),
        ("DELETE", "/users/17/sessions", "204 No Content", "Cache-Control: no-store\r\n"),
        ("DELETE", "/users/17", "200 OK", "deleted 17"), ("DELETE", "/users/:id", "200 OK", "deleted :id"),
        ("POST", "/users/17/sessions", "405 Method Not Allowed", "Allow: DELETE, GET, HEAD\r\n"),
        ("GET", "/users/17", "405 Method Not Allowed", "Allow: DELETE\r\n"),
        ("GET", "/users/me", "200 OK", "exact"), ("DELETE", "/users/me", "405 Method Not Allowed", "Allow: GET\r\n"),
        ("GET", "/users/17/bug", "500 Internal Server Error", "internal"),
        ("DELETE", "/users/", "404 Not Found", "not_found"), ("DELETE", "/users", "404 Not Found", "not_found"),
        ("GET", "/users//sessions", "404 Not Found", "not_found"),
        ("GET", "/users/sessions", "405 Method Not Allowed", "Allow: DELETE\r\n"),
        ("GET", "/users/1/2/sessions", "404 Not Found", "not_found"),
        ("GET", "/users/17/sessions/", "404 Not Found", "not_found"),
        ("DELETE", "/users/17/", "404 Not Found", "not_found"),
        // Any method, and everything below.
        ("GET", "/any", "200 OK", "any GET /any"), ("BREW", "/any?q=/x", "200 OK", "any BREW /any"),
        ("PUT", "/any", "200 OK", "put has its own"), ("PUT", "/any/x", "200 OK", "put has its own"),
        ("GET", "/any/", "200 OK", "any GET /any/"), ("GET", "/any/a/b", "200 OK", "any GET /any/a/b"),
        ("GET", "/any/../x", "200 OK", "any GET /any/../x"), ("GET", "/any//x", "200 OK", "any GET /any//x"),
        ("GET", "/anyx", "404 Not Found", "not_found"), ("GET", "/any%2Fx", "404 Not Found", "not_found"),
        ("GET", "//any", "404 Not Found", "not_found"), ("GET", "/Any/x", "404 Not Found", "not_found"),
        ("DELETE", "/only", "200 OK", "only"), ("GET", "/only/x", "404 Not Found", "not_found"),
    ]) func `a request finds its route by exact path and method`(
        method: String,
        target: String,
        status: String,
        part: String
    ) async throws {
        try await withServer(routes: Self.routes) { port in
            let client = try RawClient(port: port)
            client.send("\(method) \(target) HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
            let reply = try client.readReply()
            #expect(reply.hasPrefix("HTTP/1.1 \(status)\r\n"))
            #expect(reply.contains(part))
        }
    }

    @Test func `HEAD gets the head of a 404 and of a 405 without their bodies`() async throws {
        try await withServer(routes: Self.routes) { port in
            let client = try RawClient(port: port)
            for path in ["/nowhere", "/post", "/both"] {
                client.send("HEAD \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
            }
            client.send("GET /raw HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let replies = client.readToEnd()
            #expect(replies.contains("HTTP/1.1 404 ") && replies.contains("HTTP/1.1 405 "))
            #expect(!replies.contains("not_found") && !replies.contains("method_not_allowed"))
            #expect(replies.hasSuffix("raw /raw"))
        }
    }

    @Test func `the log names a path by its pattern, never by what stands in it`() async throws {
        let log = RecordedLog()
        try await withServer(logger: log.logger, routes: Self.routes) { port in
            let client = try RawClient(port: port)
            for target in ["/users/o-17/sessions?q-17", "/any/a-17", "/nowhere-17", "/both?b-17", "/users/u-17/bug"] {
                client.send("GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = try client.readReply()
            }
        }
        let paths = log.metadata.compactMap { $0["path"]?.description }
        let bug = "/users/:id/bug"
        #expect(paths == ["/users/:id/sessions", "/any", "other", "/both", bug, bug])
        #expect(!log.metadata.description.contains("-17"))
    }

    @Test func `what is told as internal is in the log, whoever made it a problem`() async throws {
        let log = RecordedLog()
        try await withServer(logger: log.logger, routes: Self.routes) { port in
            for target in ["/fault", "/teapot"] {
                let client = try RawClient(port: port)
                client.send("GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = try client.readReply()
            }
        }
        let errors = log.metadata.filter { $0["error"]?.description == "Fault()" }
        #expect(errors.count == 1)
    }

    @Test func `a cancelled handler answers nothing and closes`() async throws {
        try await withServer(routes: Self.routes) { port in
            let client = try RawClient(port: port)
            client.send("GET /cancelled HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(client.readToEnd() == "")
        }
    }
}
