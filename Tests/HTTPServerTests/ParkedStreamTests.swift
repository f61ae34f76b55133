import HTTP
import HTTPServer
import Synchronization
import TestSupport
import Testing
import UV

/// Replies that come in parts, over a socket.
@Suite struct ParkedStreamTests {
    private static let get = "GET /stream/1 HTTP/1.1\r\nHost: x\r\n\r\n"
    private static let hello = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"

    private static func routes(
        _ script: ParkedScript,
        onDeadline: @escaping @Sendable (ParkedWriter) -> Void = { _ in },
        _ onStart: @escaping @Sendable (ParkedWriter) -> Void
    ) -> @Sendable (Router, EventLoop) -> Void {
        { router, loop in
            helloRoutes(router, loop)
            let handler: Router.ParkingHandler = { _, _ in
                let reply = ScriptedReply(script, onStart: onStart)
                reply.onDeadline = onDeadline
                reply.onDrain = { $0.endStream() }
                return .later(reply)
            }
            router.onParking(.get, "/stream/:x", handler)
            router.onParking(.head, "/stream/:x", handler)
        }
    }

    private static func start(_ writer: ParkedWriter) {
        writer.startStream(Response(headers: [("Content-Type", "text/event-stream"), ("Content-Length", "7")]))
        writer.sendPart(Array("one".utf8))
        writer.sendPart([])
        writer.wake(afterMilliseconds: 1)
    }

    private static func finish(_ writer: ParkedWriter) {
        writer.sendPart([UInt8](repeating: 65, count: 17))
        writer.endStream()
    }

    @Test func `a stream goes out in chunks, and the connection is kept behind its end`() async throws {
        let script = ParkedScript()
        try await withRunningServer(routes: Self.routes(script, onDeadline: Self.finish, Self.start)) { server in
            let client = try RawClient(port: server.port)
            client.send(Self.get + Self.get + "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let all = client.readToEnd()
            let body = "\r\n\r\n3\r\none\r\n11\r\nAAAAAAAAAAAAAAAAA\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n"
            #expect(all.contains("Transfer-Encoding: chunked\r\n") && all.contains("X-Request-Id: "))
            let first = try #require(all.firstRange(of: body))
            let second = try #require(all[first.upperBound...].firstRange(of: body))
            // The first two heads; the last one is the plain reply's.
            #expect(!all[..<second.upperBound].contains("Content-Length"))
            #expect(all.hasSuffix("\r\n\r\nhello"))
            #expect(script.events == [.started, .deadlinePassed, .started, .deadlinePassed])
        }
        #expect(script.alive == 0)
    }

    @Test(arguments: ["", "Connection: keep-alive\r\n"]) func `with HTTP 1.0 the end of the connection ends a stream`(
        field: String
    ) async throws {
        let script = ParkedScript()
        try await withRunningServer(routes: Self.routes(script, onDeadline: Self.finish, Self.start)) { server in
            let client = try RawClient(port: server.port)
            client.send("GET /stream/1 HTTP/1.0\r\n\(field)\r\n")
            let all = client.readToEnd()
            #expect(all.contains("Connection: close\r\n") && !all.contains("chunked") && !all.contains("keep-alive"))
            #expect(all.hasSuffix("\r\n\r\noneAAAAAAAAAAAAAAAAA"))
        }
    }

    @Test func `the reply to HEAD is the head of the stream`() async throws {
        let script = ParkedScript()
        try await withRunningServer(routes: Self.routes(script, onDeadline: Self.finish, Self.start)) { server in
            let client = try RawClient(port: server.port)
            client.send("HEAD /stream/1 HTTP/1.1\r\nHost: x\r\n\r\n" + Self.hello)
            let head = try client.readReply()
            #expect(head.contains("Transfer-Encoding: chunked\r\n") && head.hasSuffix("\r\n\r\n"))
            #expect(try client.readReply().hasPrefix("HTTP/1.1 200 OK\r\n"))
        }
    }

    @Test func `a stream that begins and ends at once is whole`() async throws {
        let script = ParkedScript()
        try await withRunningServer(
            routes: Self.routes(script) {
                Self.start($0)
                $0.endStream()
                $0.sendPart([66])
                $0.endStream()
            }
        ) { server in
            let client = try RawClient(port: server.port)
            client.send(Self.get + "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let all = client.readToEnd()
            #expect(all.contains("\r\n\r\n3\r\none\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n") && all.hasSuffix("hello"))
        }
    }

    @Test func `a drain ends streams behind what they have to say`() async throws {
        let script = ParkedScript()
        let all = Mutex("")
        try await withLoop { actor in
            let router = Router(logger: quietLogger)
            Self.routes(script, Self.start)(router, actor.loop)
            let server = Server(
                on: actor.loop,
                configuration: ServerConfiguration(),
                responder: router,
                limit: ConnectionLimit(maximum: 10),
                logger: quietLogger
            )
            let client = try RawClient(port: try server.start())
            let hasStarted = await offPool {
                client.send(Self.get)
                return eventually { script.count(.started) == 1 }
            }
            #expect(hasStarted)
            await server.drain(timeoutMilliseconds: 5_000)
            let rest = await offPool { client.readToEnd() }
            all.withLock { $0 = rest }
        }
        #expect(all.withLock { $0 }.hasSuffix("3\r\none\r\n0\r\n\r\n"))
        #expect(script.events == [.started, .draining] && script.alive == 0)
    }

    @Test(arguments: [true, false]) func `a stream that nobody reads shows what waits, and can be cut or runs full`(
        cuts: Bool
    ) async throws {
        let script = ParkedScript()
        let part = [UInt8](repeating: 66, count: 64 * 1024)
        let wasBehind = Flag()
        try await withRunningServer(
            routes: Self.routes(
                script,
                onDeadline: { writer in
                    // The kernel takes some megabytes before anything waits here.
                    for _ in 0..<64 where !cuts || writer.queuedBytes == 0 { writer.sendPart(part) }
                    if writer.queuedBytes > 0 { wasBehind.set() }
                    if cuts, writer.queuedBytes > 0 { writer.reset() } else { writer.wake(afterMilliseconds: 1) }
                },
                Self.start
            )
        ) { server in
            let client = try StallingClient(port: server.port, receiveBytes: 8_192)
            #expect(client.send(Array(Self.get.utf8), stallMilliseconds: 1_000) == Self.get.utf8.count)
            #expect(eventually { script.count(.started) == 1 })
            #expect(eventually { server.limit.count == 0 && script.alive == 0 })
            // Who cuts it knows; who fills the queue is told.
            #expect(script.count(.hungUp) == (cuts ? 0 : 1))
            #expect(wasBehind.isSet || !cuts)
        }
    }

    @Test(arguments: [true, false]) func `a client that leaves in the middle of a stream frees it at once`(
        resets: Bool
    ) async throws {
        let script = ParkedScript()
        try await withRunningServer(routes: Self.routes(script, Self.start)) { server in
            var client: RawClient? = try RawClient(port: server.port)
            client?.send(Self.get)
            #expect(eventually { script.count(.started) == 1 })
            if resets { client?.resetOnClose() }
            client = nil
            #expect(eventually { server.limit.count == 0 && script.alive == 0 })
            #expect(script.count(.hungUp) == 1)
        }
    }
}
