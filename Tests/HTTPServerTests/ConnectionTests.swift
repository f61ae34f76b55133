import HTTP
import HTTPServer
import Logging
import TestSupport
import Testing
import UV

/// One connection's rules that only show over a socket.
@Suite struct ConnectionTests {
    @Test func `a client that drips its body is refused at the total time`() async throws {
        try await withServer({ $0.bodyTimeoutMilliseconds = 200 }, routes: helloRoutes) { port in
            let client = try RawClient(port: port)
            client.send("POST /echo HTTP/1.1\r\nHost: x\r\nX-Request-Id: slow-1\r\nContent-Length: 100\r\n\r\nabc")
            let reply = client.readToEnd()
            #expect(reply.contains("X-Request-Id: slow-1\r\n"))
            #expect(reply.hasPrefix("HTTP/1.1 400 "))
            #expect(reply.contains("Connection: close\r\n"))
            #expect(reply.contains("in time"))
        }
    }

    @Test func `bytes that keep dripping do not extend the time of a head`() async throws {
        try await withServer({ $0.headTimeoutMilliseconds = 300 }, routes: helloRoutes) { port in
            let client = try StallingClient(port: port)
            var sent = 0
            let start = Array("GET /hello HTTP/1.1\r\nHost: x\r\nX: ".utf8)
            let input = start + [UInt8](repeating: 65, count: 10_000)
            // A byte each 5 ms: the whole would take 50 s, the server must end it long before.
            while sent < input.count {
                let part = Array(input[..<max(sent + 1, start.count)])
                let next = client.send(part, from: sent, stallMilliseconds: 1_000)
                if next == sent { break }
                sent = next
                if !client.isSilent(forMilliseconds: 5) { break }
            }
            #expect(sent < 5_000)
            #expect(String(decoding: client.read(count: 13), as: UTF8.self) == "HTTP/1.1 400 ")
        }
    }

    @Test func `an error of a handler keeps the connection, an error of the message does not`() async throws {
        try await withServer(routes: { router, loop in
            helloRoutes(router, loop)
            router.on(.post, "/refuse") { _ in throw Problem.invalidRequest("code is missing.") }
            router.on(.post, "/bug") { _ in throw UVError(code: -1) }
        }) { port in
            let client = try RawClient(port: port)
            for path in ["/refuse", "/bug", "/nowhere", "/hello"] {
                client.send("POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")
                let reply = try client.readReply()
                #expect(reply.hasPrefix("HTTP/1.1 4") || reply.hasPrefix("HTTP/1.1 5"))
                #expect(!reply.contains("Connection: close"))
            }
            client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try client.readReply().hasSuffix("hello"))
            client.send("GET /hello HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
            client.shutdownWriting()
            let last = client.readToEnd()
            #expect(last.hasPrefix("HTTP/1.1 400 "))
            #expect(last.contains("Connection: close\r\n"))
            #expect(!last.contains("200 OK"))
        }
    }

    @Test func `an expectant client with too large a body is refused instead of told to go on`() async throws {
        try await withServer({ $0.limits.bodyBytesMax = 1000 }, routes: helloRoutes) { port in
            let client = try RawClient(port: port)
            client.send("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n")
            client.shutdownWriting()
            let reply = client.readToEnd()
            #expect(reply.hasPrefix("HTTP/1.1 413 "))
            #expect(!reply.contains("100 Continue"))
        }
    }

    @Test(arguments: ["HTTP/1.0", "HTTP/1.1"]) func `an HTTP 1.0 client is never told to go on`(version: String)
        async throws
    {
        try await withServer(routes: helloRoutes) { port in
            let client = try RawClient(port: port)
            client.send("POST /echo \(version)\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            if version == "HTTP/1.1" { #expect(try client.readReply().hasPrefix("HTTP/1.1 100 ")) }
            client.send("ok")
            #expect(try client.readReply().hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test(arguments: [true, false]) func `a client that resets or leaves while a handler waits cancels it`(
        resets: Bool
    ) async throws {
        let started = Flag()
        let cancelled = Flag()
        try await withRunningServer(routes: { router, loop in
            router.get("/wait") { _ in
                started.set()
                do {
                    try await loop.sleep(milliseconds: 3_600_000)
                } catch {
                    cancelled.set()
                    throw error
                }
                return .text("never")
            }
        }) { server in
            do {
                let client = try RawClient(port: server.port)
                client.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(eventually { started.isSet })
                if resets { client.resetOnClose() }
            }
            #expect(eventually { cancelled.isSet })
            #expect(eventually { server.limit.count == 0 })
        }
    }

    @Test func `each reply carries the client's request id, whoever writes it`() async throws {
        try await withServer(
            { $0.limits.bodyBytesMax = 10 },
            routes: { router, loop in
                helloRoutes(router, loop)
                router.on(.get, "/empty") { _ in .empty(.noContent) }
                router.on(.get, "/bug") { _ in throw UVError(code: -1) }
                router.onRaw(.get, "/forget") { _, _ in }
            }
        ) { port in
            let client = try RawClient(port: port)
            for path in ["/hello", "/nowhere", "/empty", "/bug", "/forget"] {
                client.send("GET \(path) HTTP/1.1\r\nHost: x\r\nX-Request-Id: id-of.mine\r\n\r\n")
                #expect(try client.readReply().contains("X-Request-Id: id-of.mine\r\n"), "\(path)")
            }
            client.send("POST /echo HTTP/1.1\r\nHost: x\r\nX-Request-Id: id-of.mine\r\nContent-Length: 11\r\n\r\n")
            let refused = try client.readReply()
            #expect(refused.hasPrefix("HTTP/1.1 413 "))
            #expect(refused.contains("X-Request-Id: id-of.mine\r\n"))
        }
    }

    @Test func `a drain closes an idle connection and answers a half-received request`() async throws {
        try await withLoop { actor in
            let router = Router(logger: Logger(label: "test"))
            helloRoutes(router, actor.loop)
            let server = Server(
                on: actor.loop,
                configuration: ServerConfiguration(),
                responder: router,
                limit: ConnectionLimit(maximum: 10),
                logger: Logger(label: "test")
            )
            let port = try server.start()
            let idle = try RawClient(port: port)
            let half = try RawClient(port: port)
            let prepared = await offPool {
                idle.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
                half.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\nGET /hel")
                return (try? idle.readReply()) != nil && (try? half.readReply()) != nil
            }
            #expect(prepared)
            let clients = Task {
                await offPool {
                    // The end of the idle connection tells that the drain has begun.
                    let end = idle.readToEnd()
                    half.send("lo HTTP/1.1\r\nHost: x\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
                    return (end, half.readToEnd())
                }
            }
            await server.drain(timeoutMilliseconds: 5_000)
            let (end, reply) = await clients.value
            #expect(end == "")
            #expect(reply.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(reply.contains("Connection: close\r\n"))
            #expect(reply.hasSuffix("hello"))
        }
    }

    @Test func `a drain does not wait for ever: what is left is closed at its time and its handler cancelled`()
        async throws
    {
        let cancelled = Flag()
        try await withLoop { actor in
            let router = Router(logger: Logger(label: "test"))
            let started = Completion<Void>(on: actor.loop)
            router.get("/wait") { _ in
                started.finish(())
                do { try await actor.loop.sleep(milliseconds: 3_600_000) } catch {
                    cancelled.set()
                    throw error
                }
                return .text("never")
            }
            let limit = ConnectionLimit(maximum: 10)
            let server = Server(
                on: actor.loop,
                configuration: ServerConfiguration(),
                responder: router,
                limit: limit,
                logger: Logger(label: "test")
            )
            let client = try RawClient(port: try server.start())
            client.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
            await started.value()
            await server.drain(timeoutMilliseconds: 20)
            #expect(limit.count == 0)
            let rest = await offPool { client.readToEnd() }
            #expect(rest == "")
        }
        #expect(cancelled.isSet)
    }
}
