import HTTP
import HTTPServer
import TestSupport
import Testing
import UV

/// Every way in which a connection can end gives its place back while the server runs on.
@Suite struct ConnectionEndTests {
    enum End: String, CaseIterable {
        case leavesIdle, resetsIdle, leavesInHead, resetsInHead, leavesInBody, leavesInHandler, resetsInHandler
        case asksForClose, isHTTP10, isRefusedAndLeaves, isRefusedAndStays, isRefusedByLength
        case idleTimeout, headTimeout, bodyTimeout, writeTimeout
        case handlerResets, handlerCloses, handlerClosesAfterPart, handlerForgets, closesSilently, pipelinesAndLeaves
    }

    private static let hello = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"

    @Test(arguments: End.allCases) func `a connection gives its place back when it ends`(end: End) async throws {
        try await withRunningServer({ Self.configure(&$0, for: end) }, routes: Self.routes) { server in
            for _ in 0..<3 {
                var client: RawClient? = try RawClient(port: server.port)
                // An idle time as short as the test's may be over before anybody has looked.
                #expect(end == .idleTimeout || eventually { server.limit.count == 1 })
                try client.map { try Self.perform(end, with: $0) }
                if Self.clientLeaves(end) { client = nil }
                #expect(eventually { server.limit.count == 0 })
                withExtendedLifetime(client) {}
            }
            // The places are good: as many as before can be taken.
            let last = try RawClient(port: server.port)
            last.send(Self.hello)
            #expect(try last.readReply().hasSuffix("hello"))
            #expect(server.limit.count == 1)
        }
    }

    @Test func `connections above the limit take no place, whether they are told or not`() async throws {
        try await withRunningServer(connectionsMax: 1, routes: Self.routes) { server in
            let first = try RawClient(port: server.port)
            first.send(Self.hello)
            _ = try first.readReply()
            // More than are told so at a time: the others are closed without a word.
            let others = try (0..<100).map { _ in try RawClient(port: server.port) }
            let replies = others.map { client in
                client.shutdownWriting()
                return client.readToEnd()
            }
            #expect(replies.allSatisfy { $0.isEmpty || $0.hasPrefix("HTTP/1.1 503 ") })
            #expect(replies.contains { $0.hasPrefix("HTTP/1.1 503 ") })
            #expect(server.limit.count == 1)
            first.send(Self.hello)
            #expect(try first.readReply().hasSuffix("hello"))
        }
    }

    /// Only the timeout in question is short, so that no other can do its work.
    private static func configure(_ configuration: inout ServerConfiguration, for end: End) {
        switch end {
        case .idleTimeout: configuration.idleTimeoutMilliseconds = 100
        case .headTimeout: configuration.headTimeoutMilliseconds = 100
        case .bodyTimeout: configuration.bodyTimeoutMilliseconds = 100
        case .writeTimeout: configuration.writeTimeoutMilliseconds = 100
        case .isRefusedAndStays: configuration.lingerMilliseconds = 100
        default: break
        }
    }

    private static let routes: @Sendable (Router, EventLoop) -> Void = { router, loop in
        helloRoutes(router, loop)
        router.get("/wait") { _ in
            try await loop.sleep(milliseconds: 3_600_000)
            return .text("never")
        }
        router.get("/large") { _ in Response(body: [UInt8](repeating: 65, count: 512 * 1024)) }
        router.onRaw(.get, "/reset") { _, writer in writer.reset() }
        router.onRaw(.get, "/close") { _, writer in writer.close() }
        router.onRaw(.get, "/part") { _, writer in
            writer.sendPart(Array("HTTP/1.1 200 OK\r\n".utf8))
            writer.close()
        }
        router.onRaw(.get, "/forget") { _, _ in }
        router.onRaw(.get, "/silent") { _, writer in writer.send(.text("bye"), closesSilently: true) }
    }

    /// The ends that the client itself makes, by closing its descriptor after ``perform(_:with:)``.
    private static func clientLeaves(_ end: End) -> Bool {
        switch end {
        case .leavesIdle, .resetsIdle, .leavesInHead, .resetsInHead, .leavesInBody, .leavesInHandler, .resetsInHandler,
            .isRefusedAndLeaves, .handlerForgets, .pipelinesAndLeaves:
            true
        default: false
        }
    }

    private static func perform(_ end: End, with client: RawClient) throws {
        func get(_ path: String) { client.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n") }
        switch end {
        case .leavesIdle: break
        case .idleTimeout: #expect(client.read() == [])
        case .resetsIdle: client.resetOnClose()
        case .leavesInHead, .headTimeout: client.send("GET /hello HTT")
        case .resetsInHead:
            client.send("GET /hello HTT")
            client.resetOnClose()
        case .leavesInBody, .bodyTimeout: client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab")
        case .leavesInHandler: get("/wait")
        case .resetsInHandler:
            get("/wait")
            client.resetOnClose()
        case .asksForClose:
            client.send("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(client.readToEnd().hasSuffix("hello"))
        case .isHTTP10:
            client.send("GET /hello HTTP/1.0\r\n\r\n")
            #expect(client.readToEnd().hasSuffix("hello"))
        case .isRefusedAndLeaves, .isRefusedAndStays:
            client.send("nonsense\r\n\r\n")
            #expect(try client.readReply().hasPrefix("HTTP/1.1 400 "))
        case .isRefusedByLength:
            client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n")
            client.shutdownWriting()
            #expect(client.readToEnd().hasPrefix("HTTP/1.1 413 "))
        case .writeTimeout: for _ in 0..<40 { get("/large") }
        case .handlerResets:
            get("/reset")
            #expect(client.read() == nil)
        case .handlerCloses:
            get("/close")
            #expect(client.readToEnd() == "")
        case .handlerClosesAfterPart:
            get("/part")
            #expect(client.readToEnd() == "HTTP/1.1 200 OK\r\n")
        case .handlerForgets:
            get("/forget")
            #expect(try client.readReply().hasPrefix("HTTP/1.1 500 "))
        case .closesSilently:
            get("/silent")
            let reply = client.readToEnd()
            #expect(reply.hasSuffix("bye") && !reply.contains("Connection: close"))
        case .pipelinesAndLeaves: for _ in 0..<100 { get("/hello") }
        }
    }
}
