import HTTP
import HTTPServer
import Logging
import TestSupport
import Testing
import UV

@Suite struct ServerTests {
    @Test func `a request is answered with length, date and request id, and the connection is kept`() async throws {
        try await withServer(routes: helloRoutes) { port in
            let client = try RawClient(port: port)
            for _ in 0..<3 {
                client.send("GET /hello HTTP/1.1\r\nHost: x\r\nX-Request-Id: my.id-1\r\n\r\n")
                let reply = try client.readReply()
                #expect(reply.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(reply.contains("X-Request-Id: my.id-1\r\n"))
                #expect(reply.contains("Content-Length: 5\r\n"))
                #expect(reply.contains(" GMT\r\n"))
                #expect(reply.hasSuffix("\r\n\r\nhello"))
            }
        }
    }

    @Test func `pipelined requests are answered in order, however slow the first is`() async throws {
        try await withServer(routes: { router, loop in
            helloRoutes(router, loop)
            router.get("/slow") { _ in
                try await loop.sleep(milliseconds: 30)
                return .text("slow")
            }
        }) { port in
            let client = try RawClient(port: port)
            client.send(
                "GET /slow HTTP/1.1\r\nHost: x\r\n\r\nPOST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
                    + "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            )
            #expect(try client.readReply().hasSuffix("slow"))
            #expect(try client.readReply().hasSuffix("abc"))
            let last = client.readToEnd()
            #expect(last.contains("Connection: close\r\n"))
            #expect(last.hasSuffix("hello"))
        }
    }

    @Test func `a request cut at every byte is answered once`() async throws {
        let text = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"
        try await withServer(routes: helloRoutes) { port in
            let client = try RawClient(port: port)
            for cut in 1..<text.utf8.count {
                client.send(Array(text.utf8.prefix(cut)))
                client.send(Array(text.utf8.dropFirst(cut)))
                #expect(try client.readReply().hasSuffix("\r\n\r\nbody"))
            }
        }
    }

    @Test func `HTTP 1.0 closes unless it asks to be kept`() async throws {
        try await withServer(routes: helloRoutes) { port in
            let closing = try RawClient(port: port)
            closing.send("GET /hello HTTP/1.0\r\n\r\n")
            #expect(closing.readToEnd().hasSuffix("hello"))
            let kept = try RawClient(port: port)
            for _ in 0..<2 {
                kept.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                #expect(try kept.readReply().contains("Connection: keep-alive\r\n"))
            }
        }
    }

    @Test func `HEAD gets the head of GET and no body`() async throws {
        try await withServer(routes: helloRoutes) { port in
            let client = try RawClient(port: port)
            client.send("HEAD /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let reply = client.readToEnd()
            #expect(reply.contains("Content-Length: 5\r\n"))
            #expect(reply.hasSuffix("\r\n\r\n"))
        }
    }

    @Test func `an unknown path is 404 and a wrong method 405 with Allow, both as problems`() async throws {
        try await withServer(routes: helloRoutes) { port in
            let client = try RawClient(port: port)
            client.send("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n")
            let missing = try client.readReply()
            #expect(missing.hasPrefix("HTTP/1.1 404 "))
            #expect(missing.contains("Content-Type: application/problem+json\r\n"))
            #expect(missing.contains(#""error":"not_found""#))
            client.send("DELETE /hello HTTP/1.1\r\nHost: x\r\n\r\n")
            let wrong = try client.readReply()
            #expect(wrong.hasPrefix("HTTP/1.1 405 "))
            #expect(wrong.contains("Allow: GET, HEAD\r\n"))
        }
    }

    @Test func `a body over the limit is 413 at once, and the reply survives what is still sent`() async throws {
        try await withServer({ $0.limits.bodyBytesMax = 1000 }, routes: helloRoutes) { port in
            let client = try RawClient(port: port)
            client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n\r\n")
            client.send([UInt8](repeating: 65, count: 2_000_000))
            client.shutdownWriting()
            let reply = client.readToEnd()
            #expect(reply.hasPrefix("HTTP/1.1 413 "))
            #expect(reply.contains("Connection: close\r\n"))
            #expect(reply.contains(#""error":"payload_too_large""#))
        }
    }

    @Test func `an expectant client gets 100 before it sends its body`() async throws {
        try await withServer(routes: helloRoutes) { port in
            let client = try RawClient(port: port)
            client.send("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            #expect(try client.readReply() == "HTTP/1.1 100 Continue\r\n\r\n")
            client.send("ok")
            #expect(try client.readReply().hasSuffix("\r\n\r\nok"))
        }
    }

    @Test(arguments: [
        "GET /hello HTTP/1.1\r\n\r\n", "GET /hello HTTP/1.1\r\nHost : x\r\n\r\n", "\u{16}\u{3}\u{1}garbage\r\n\r\n",
        "GET /hello HTTP/1.1\nHost: x\n\n", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    ])
    func `malformed input gets 400 and the connection closes`(input: String) async throws {
        try await withServer(routes: helloRoutes) { port in
            let client = try RawClient(port: port)
            client.send(input)
            let reply = client.readToEnd()
            #expect(reply.hasPrefix("HTTP/1.1 400 "))
            #expect(reply.contains(#""error":"invalid_request""#))
            #expect(reply.contains("X-Request-Id: "))
        }
    }

    @Test func `a client that drips its head is refused at the total time`() async throws {
        try await withServer({ $0.headTimeoutMilliseconds = 200 }, routes: helloRoutes) { port in
            let client = try RawClient(port: port)
            client.send("GET /hello HTTP/1.1\r\nHos")
            let reply = client.readToEnd()
            #expect(reply.hasPrefix("HTTP/1.1 400 "))
            #expect(reply.contains("in time"))
        }
    }

    @Test func `an idle connection is closed without a word`() async throws {
        try await withServer({ $0.idleTimeoutMilliseconds = 200 }, routes: helloRoutes) { port in
            let client = try RawClient(port: port)
            #expect(client.readToEnd() == "")
        }
    }

    @Test func `a client that hangs up cancels the handler's wait`() async throws {
        let cancelled = Flag()
        try await withServer(routes: { router, loop in
            router.get("/wait") { _ in
                do {
                    try await loop.sleep(milliseconds: 3_600_000)
                } catch {
                    cancelled.set()
                    throw error
                }
                return .text("never")
            }
        }) { port in
            let client = try RawClient(port: port)
            client.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
            client.shutdownWriting()
            #expect(client.readToEnd() == "")
        }
        #expect(cancelled.isSet)
    }

    @Test func `a client that only closed its sending side gets the reply that needs no wait`() async throws {
        try await withServer(routes: helloRoutes) { port in
            let client = try RawClient(port: port)
            client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
            client.shutdownWriting()
            #expect(client.readToEnd().components(separatedBy: "HTTP/1.1 200 OK").count == 3)
        }
    }

    @Test func `a connection above the limit is told so with 503`() async throws {
        try await withServer(connectionsMax: 1, routes: helloRoutes) { port in
            let first = try RawClient(port: port)
            first.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try first.readReply()
            let second = try RawClient(port: port)
            second.shutdownWriting()
            let reply = second.readToEnd()
            #expect(reply.hasPrefix("HTTP/1.1 503 "))
            #expect(reply.contains("Retry-After: 1\r\n"))
            #expect(reply.contains(#""error":"overloaded""#))
        }
    }

    @Test func `draining answers what runs, announces the close and refuses new connections`() async throws {
        try await withLoop { actor in
            let router = Router(logger: Logger(label: "test"))
            let started = Completion<Void>(on: actor.loop)
            router.get("/slow") { _ in
                started.finish(())
                try await actor.loop.sleep(milliseconds: 50)
                return .text("done")
            }
            let server = Server(
                on: actor.loop,
                configuration: ServerConfiguration(),
                responder: router,
                limit: ConnectionLimit(maximum: 10),
                logger: Logger(label: "test")
            )
            let port = try server.start()
            let client = try RawClient(port: port)
            client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
            await started.value()
            await server.drain(timeoutMilliseconds: 5_000)
            let reply = await offPool { client.readToEnd() }
            #expect(reply.contains("Connection: close\r\n"))
            #expect(reply.hasSuffix("done"))
            #expect(throws: StallingClient.Failure.self) { _ = try StallingClient(port: port) }
        }
    }

    @Test func `a handler that throws anything is a 500 without its text`() async throws {
        struct Secret: Error { let text = "s3cret" }
        try await withServer(routes: { router, _ in router.get("/bug") { _ in throw Secret() } }) { port in
            let client = try RawClient(port: port)
            client.send("GET /bug HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let reply = client.readToEnd()
            #expect(reply.hasPrefix("HTTP/1.1 500 "))
            #expect(!reply.contains("s3cret"))
        }
    }

    @Test func `a handler that forgets to answer is a 500, and one that resets is a reset`() async throws {
        try await withServer(routes: { router, _ in
            router.onRaw(.get, "/forget") { _, _ in }
            router.onRaw(.get, "/reset") { _, writer in writer.reset() }
            router.onRaw(.get, "/half") { _, writer in
                writer.sendPart(Array("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf".utf8))
                writer.close()
            }
        }) { port in
            let client = try RawClient(port: port)
            client.send("GET /forget HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try client.readReply().hasPrefix("HTTP/1.1 500 "))
            client.send("GET /reset HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(client.read() == nil)
            let other = try RawClient(port: port)
            other.send("GET /half HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(other.readToEnd().hasSuffix("\r\n\r\nhalf"))
        }
    }

    @Test func `a load of kept connections adds no foreign enqueue`() async throws {
        try await withLoop { actor in
            let router = Router(logger: Logger(label: "test"))
            router.get("/hop") { _ in
                let later = Completion<Void>(on: actor.loop)
                actor.loop.inNextDrain { later.finish(()) }
                await later.value()
                return .text("ok")
            }
            let server = Server(
                on: actor.loop,
                configuration: ServerConfiguration(),
                responder: router,
                limit: ConnectionLimit(maximum: 100),
                logger: Logger(label: "test")
            )
            let port = try server.start()
            let before = actor.loop.foreignEnqueues
            let answered = await offPool {
                var answered = 0
                let clients = (0..<20).compactMap { _ in try? RawClient(port: port) }
                for _ in 0..<50 {
                    for client in clients { client.send("GET /hop HTTP/1.1\r\nHost: x\r\n\r\n") }
                    for client in clients where (try? client.readReply().hasSuffix("ok")) == true { answered += 1 }
                }
                return answered
            }
            #expect(answered == 1000)
            // One is the resumption of this test itself, by the thread of the clients.
            #expect(actor.loop.foreignEnqueues - before <= 1)
            await server.drain(timeoutMilliseconds: 1_000)
        }
    }
}

extension String {
    fileprivate func components(separatedBy separator: String) -> [Substring] {
        var parts: [Substring] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts.append(rest[..<range.lowerBound])
            rest = rest[range.upperBound...]
        }
        return parts + [rest]
    }
}
