import HTTP
import HTTPServer
import TestSupport
import Testing
import UV

/// A route that ignores bodies, over a socket.
@Suite struct DiscardedBodyTests {
    private static let routes: @Sendable (Router, EventLoop) -> Void = { router, loop in
        helloRoutes(router, loop)
        router.onAny("/drop", andBelow: true, body: .discard) { .text("got \($0.body.count)") }
        router.onAny("/drop-slowly", body: .discard) { _ in
            try await loop.sleep(milliseconds: 100)
            return .text("got late")
        }
    }

    private static let small: @Sendable (inout ServerConfiguration) -> Void = {
        $0.limits.bodyBytesMax = 1_000
        $0.limits.discardedBytesMax = 300_000
        $0.lingerMilliseconds = 200
    }

    /// A body in chunks of 1000 bytes.
    private static func chunked(_ count: Int) -> String {
        let chunk = "3E8\r\n" + String(repeating: "x", count: 1_000) + "\r\n"
        return String(repeating: chunk, count: count / 1_000) + "0\r\n\r\n"
    }

    @Test(arguments: ["/drop", "/drop/below", "/drop-slowly"])
    func `a body over the limit is dropped and the connection goes on, pipelined too`(path: String) async throws {
        try await withServer(Self.small, routes: Self.routes) { port in
            let client = try RawClient(port: port)
            for length in [1, 1_000, 1_001, 300_000] {
                client.send("PUT \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: \(length)\r\n\r\n")
                client.send([UInt8](repeating: 65, count: length))
                client.send("POST \(path) HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
                client.send(Self.chunked(300_000) + "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
                for end in ["got ", "got ", "hello"] {
                    let reply = try client.readReply()
                    #expect(reply.hasPrefix("HTTP/1.1 200 ") && !reply.contains("Connection: close"))
                    #expect(reply.contains("\r\n\r\n\(end)"))
                    #expect(!reply.contains("got ") || reply.hasSuffix("got 0") || reply.hasSuffix("got late"))
                }
            }
        }
    }

    @Test(arguments: [
        "Content-Length: 300001\r\n\r\n", "Content-Length: 10000000000\r\n\r\n12345",
        "Content-Length: 10000000000\r\nExpect: 100-continue\r\n\r\n",
        "Content-Length: 99999999999999999999\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n493E1\r\n",
        "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nabc",
        "Transfer-Encoding: chunked\r\n\r\n\(chunked(301_000))GET /hello HTTP/1.1\r\nHost: x\r\n\r\n",
    ]) func `a body that is too long even to be dropped is not waited for, and the connection ends`(rest: String)
        async throws
    {
        for path in ["/drop", "/drop-slowly"] {
            try await withServer(Self.small, routes: Self.routes) { port in
                let client = try RawClient(port: port)
                client.send("POST \(path) HTTP/1.1\r\nHost: x\r\n\(rest)")
                let replies = client.readToEnd()
                #expect(replies.hasPrefix("HTTP/1.1 200 "))
                #expect(replies.contains("Connection: close\r\n"))
                #expect(replies.hasSuffix("got 0") || replies.hasSuffix("got late"))
                #expect(!replies.contains("100 Continue"))
            }
        }
    }

    @Test(arguments: [
        "Content-Length: 10000000000\r\n\r\n12345", "Transfer-Encoding: chunked\r\n\r\n493E1\r\n",
    ]) func `a body that is not waited for spoils no other connection of the loop`(rest: String) async throws {
        try await withServer(Self.small, routes: Self.routes) { port in
            for path in ["/drop", "/drop-slowly"] {
                let careless = try RawClient(port: port)
                careless.send("POST \(path) HTTP/1.1\r\nHost: x\r\n\(rest)")
                let replies = careless.readToEnd()
                #expect(replies.contains("Connection: close\r\n"))
                let client = try RawClient(port: port)
                client.send("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                let reply = client.readToEnd()
                #expect(reply.hasPrefix("HTTP/1.1 200 ") && reply.hasSuffix("hello"))
            }
        }
    }

    @Test func `a client that goes on sending still gets its reply`() async throws {
        try await withServer(Self.small, routes: Self.routes) { port in
            let client = try RawClient(port: port)
            client.send("POST /drop-slowly HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000000\r\n\r\n")
            for _ in 0..<200 { client.send([UInt8](repeating: 65, count: 65_536)) }
            #expect(client.readToEnd().hasSuffix("got late"))
        }
    }

    @Test func `an expectant client is told to go on and then answered`() async throws {
        try await withServer(Self.small, routes: Self.routes) { port in
            let client = try RawClient(port: port)
            for _ in 0..<2 {
                client.send("POST /drop HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2000\r\n\r\n")
                #expect(try client.readReply() == "HTTP/1.1 100 Continue\r\n\r\n")
                client.send([UInt8](repeating: 65, count: 2_000))
                #expect(try client.readReply().hasSuffix("got 0"))
            }
        }
    }

    @Test func `a body that drips is waited for no longer than a body may take, and the route answers`() async throws {
        try await withServer(
            {
                Self.small(&$0)
                $0.bodyTimeoutMilliseconds = 200
            },
            routes: Self.routes
        ) { port in
            for framing in ["Content-Length: 9\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n9\r\nabc"] {
                let client = try RawClient(port: port)
                client.send("POST /drop HTTP/1.1\r\nHost: x\r\n\(framing)")
                let reply = client.readToEnd()
                #expect(reply.hasPrefix("HTTP/1.1 200 ") && reply.hasSuffix("got 0"))
                #expect(reply.contains("Connection: close\r\n"))
            }
        }
    }

    @Test func `HEAD is answered without a body, whatever it sends`() async throws {
        try await withServer(Self.small, routes: Self.routes) { port in
            let client = try RawClient(port: port)
            client.send("HEAD /drop HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\n")
            client.send([UInt8](repeating: 65, count: 2_000))
            client.send("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let replies = client.readToEnd()
            #expect(!replies.contains("got") && replies.hasSuffix("hello"))
        }
    }

    @Test func `what cannot be read and what has no such route is refused as ever`() async throws {
        try await withServer(Self.small, routes: Self.routes) { port in
            for (path, framing, status) in [
                ("/drop", "Transfer-Encoding: chunked\r\n\r\nx", 400), ("/dropx", "Content-Length: 1001\r\n\r\n", 413),
                ("/hello", "Content-Length: 1001\r\n\r\n", 413),
            ] {
                let client = try RawClient(port: port)
                client.send("POST \(path) HTTP/1.1\r\nHost: x\r\n\(framing)")
                #expect(client.readToEnd().hasPrefix("HTTP/1.1 \(status) "))
            }
        }
    }
}
