import HTTP
import HTTPServer
import Synchronization
import TestSupport
import Testing
import UV

/// Routes that answer from the read callback, without a task.
@Suite struct NowRouteTests {
    private struct Teapot: ProblemConvertible {
        var problem: Problem {
            Problem(status: Status(code: 418, reason: "I'm a teapot"), error: "teapot", title: "t", detail: "d")
        }
    }

    /// What the handlers of one server were asked, in order.
    private final class Record: Sendable {
        private let entries = Mutex<[String]>([])
        var all: [String] { entries.withLock { $0 } }
        func note(_ entry: String) { entries.withLock { $0.append(entry) } }
    }

    private static func routes(_ record: Record = Record()) -> @Sendable (Router, EventLoop) -> Void {
        { router, loop in
            router.getNow("/now") { request in
                record.note(request.query ?? "-")
                return .text("now \(request.query ?? "-")")
            }
            router.getNow("/maybe") { $0.query == "now" ? .text("now") : nil }
            router.get("/maybe") { request in
                try await loop.sleep(milliseconds: 1)
                return .text("later \(request.query ?? "-")")
            }
            router.onNow(.post, "/echo") { Response(headers: [("Content-Type", "x/y")], body: $0.body) }
            router.getNow("/lines") { _ in .empty(preparedLines: Array("X-A: b\r\nX-C: \r\n".utf8)) }
            router.getNow("/teapot") { _ in throw Teapot() }
            router.getNow("/bug") { _ in throw UVError(code: -1) }
            router.onAnyNow("/any", andBelow: true, body: .discard) {
                $0.query == nil ? .text("any \($0.method) \($0.path) \($0.body.count)") : nil
            }
            router.onAny("/any", andBelow: true, body: .discard) { _ in .text("any later") }
            router.on(.put, "/any") { _ in .text("put has its own") }
        }
    }

    private static func get(_ target: String, _ fields: String = "") -> String {
        "GET \(target) HTTP/1.1\r\nHost: x\r\n\(fields)\r\n"
    }

    @Test(arguments: [
        ("GET", "/now?a", "200 OK", "now a"), ("GET", "/maybe?now", "200 OK", "\r\n\r\nnow"),
        ("GET", "/maybe?x", "200 OK", "later x"), ("GET", "/teapot", "418 I'm a teapot", #""error":"teapot""#),
        ("GET", "/bug", "500 Internal Server Error", #""error":"internal""#),
        ("POST", "/now", "405 Method Not Allowed", "Allow: GET, HEAD\r\n"),
        ("BREW", "/any/x", "200 OK", "any BREW /any/x 0"), ("GET", "/any?x", "200 OK", "any later"),
        ("PUT", "/any", "200 OK", "put has its own"),
        ("GET", "/lines", "200 OK", "Cache-Control: no-store\r\nX-A: b\r\nX-C: \r\n"),
        ("GET", "/none", "404 Not Found", #""error":"not_found""#),
    ]) func `each request gets the reply of its route, with its id`(
        method: String,
        target: String,
        status: String,
        part: String
    ) async throws {
        try await withServer(routes: Self.routes()) { port in
            let client = try RawClient(port: port)
            for id in ["a-1", "b-2"] {
                client.send("\(method) \(target) HTTP/1.1\r\nHost: x\r\nX-Request-Id: \(id)\r\n\r\n")
                let reply = try client.readReply()
                #expect(reply.hasPrefix("HTTP/1.1 \(status)\r\n") && reply.contains(part))
                #expect(reply.contains("X-Request-Id: \(id)\r\n"))
            }
        }
    }

    @Test func `the answer to HEAD has the length of the body and no body`() async throws {
        try await withServer(routes: Self.routes()) { port in
            let client = try RawClient(port: port)
            client.send("HEAD /now?q HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let reply = client.readToEnd()
            #expect(reply.contains("Content-Length: 5\r\n") && reply.contains("Connection: close\r\n"))
            #expect(reply.hasSuffix("\r\n\r\n"))
        }
    }

    @Test func `pipelined requests of both kinds are answered in order, however many`() async throws {
        let record = Record()
        try await withServer(routes: Self.routes(record)) { port in
            let client = try RawClient(port: port)
            let count = 1_000
            let requests = (0..<count).map { number in
                switch number % 5 {
                case 3: Self.get("/maybe?\(number)")
                case 4: "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
                default: Self.get("/now?\(number)")
                }
            }
            client.send(requests.joined())
            for number in 0..<count {
                let expected = number % 5 == 3 ? "later \(number)" : number % 5 == 4 ? "abc" : "now \(number)"
                #expect(try client.readReply().hasSuffix("\r\n\r\n\(expected)"))
            }
            #expect(record.all == (0..<count).filter { $0 % 5 < 3 }.map(String.init))
        }
    }

    @Test func `requests that were sent before the end of sending all get their replies`() async throws {
        try await withServer(routes: Self.routes()) { port in
            let client = try RawClient(port: port)
            let count = 500
            client.send((0..<count).map { Self.get("/now?\($0)") }.joined())
            client.shutdownWriting()
            let replies = client.readToEnd()
            #expect(replies.components(of: "HTTP/1.1 200 OK\r\n") == count)
            #expect(replies.hasSuffix("now \(count - 1)"))
        }
    }

    @Test func `one client's pipeline does not keep the others waiting`() async throws {
        let record = Record()
        try await withServer(routes: Self.routes(record)) { port in
            let greedy = try RawClient(port: port)
            let other = try RawClient(port: port)
            // Both connections stand before the flood comes.
            for client in [greedy, other] {
                client.send(Self.get("/now?first"))
                _ = try client.readReply()
            }
            let flood = Self.get("/now?flood")
            let count = 60_000 / flood.utf8.count
            greedy.send(String(repeating: flood, count: count))
            other.send(Self.get("/now?other"))
            #expect(try other.readReply().hasSuffix("now other"))
            for _ in 0..<count { _ = try greedy.readReply() }
            #expect(record.all.count == count + 3)
        }
    }

    @Test func `a reply that ends the connection drops what was sent behind its request`() async throws {
        let record = Record()
        try await withServer(routes: Self.routes(record)) { port in
            let client = try RawClient(port: port)
            client.send(Self.get("/now?1", "Connection: close\r\n") + Self.get("/now?2"))
            let all = client.readToEnd()
            #expect(all.components(of: "HTTP/1.1 ") == 1 && all.hasSuffix("now 1"))
            #expect(record.all == ["1"])
        }
    }

    @Test func `garbage behind a request that was answered at once is refused`() async throws {
        try await withServer(routes: Self.routes()) { port in
            let client = try RawClient(port: port)
            client.send(Self.get("/now?1") + "garbage\r\n\r\n")
            let all = client.readToEnd()
            #expect(all.components(of: "HTTP/1.1 ") == 2 && all.contains("now 1HTTP/1.1 400 Bad Request\r\n"))
        }
    }

    @Test func `no task is made for what is answered at once`() async throws {
        let count = Mutex(0)
        try await withServer(
            routes: { router, _ in
                router.getNow("/now") { _ in
                    withUnsafeCurrentTask { task in count.withLock { $0 += task == nil ? 1 : 0 } }
                    return .text("now")
                }
            }
        ) { port in
            let client = try RawClient(port: port)
            client.send(Self.get("/now") + Self.get("/now"))
            _ = try client.readReply()
            _ = try client.readReply()
            #expect(count.withLock { $0 } == 2)
        }
    }
}

extension String {
    /// How often a text occurs.
    fileprivate func components(of text: String) -> Int {
        var count = 0
        var rest = self[...]
        while let range = rest.utf8.firstRange(of: text.utf8) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
