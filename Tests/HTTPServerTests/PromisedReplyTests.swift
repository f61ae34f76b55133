import Glibc
import HTTP
import HTTPServer
import Logging
import Synchronization
import TestSupport
import Testing
import UV

/// Replies that come soon, without a task, over a socket.
@Suite struct PromisedReplyTests {
    private static let soon = "GET /soon HTTP/1.1\r\nHost: x\r\nX-Request-Id: s-1\r\n\r\n"
    private static let hello = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"

    /// The room of the one server of a test.
    private final class Stage: Sendable {
        private let value = Mutex<PromiseRoom?>(nil)
        /// Tests look at it only once a request was answered or a reply started.
        var room: PromiseRoom? { value.withLock { $0 } }
        func set(_ room: PromiseRoom) { value.withLock { $0 = room } }
        func hasStarted(_ count: Int = 1) -> Bool { eventually { room?.count(.started) == count } }
        func answer(_ text: String) { room?.tell { $0.send(.text(text)) } }
    }

    /// A server with `/soon` and `/hello`, and `/later`, which has a task.
    private func withStage(
        _ configure: @escaping @Sendable (inout ServerConfiguration) -> Void = { _ in },
        atOnce: @escaping @Sendable (PromisedReply) -> Void = { _ in },
        _ clients: @escaping @Sendable (RunningServer, Stage) throws -> Void
    ) async throws {
        let stage = Stage()
        try await withRunningServer(
            configure,
            routes: { router, loop in
                helloRoutes(router, loop)
                router.get("/later") { _ in
                    try await loop.sleep(milliseconds: 1)
                    return .text("later")
                }
                let room = PromiseRoom(on: loop)
                stage.set(room)
                room.add(to: router, atOnce: atOnce)
            }
        ) { try clients($0, stage) }
        #expect(stage.room?.alive == 0, "a reply that nobody needs is kept")
    }

    @Test func `a promised reply is given soon, and the connection is kept`() async throws {
        try await withStage { server, stage in
            let client = try RawClient(port: server.port)
            for round in 1...200 {
                client.send(Self.soon)
                #expect(stage.hasStarted(round))
                stage.answer("soon")
                let reply = try client.readReply()
                #expect(reply.hasPrefix("HTTP/1.1 200 OK\r\n") && reply.hasSuffix("\r\n\r\nsoon"))
                #expect(reply.contains("X-Request-Id: s-1\r\n"))
            }
            #expect(stage.room?.count(.hungUp) == 0)
        }
    }

    @Test func `replies that are given at once go out in order, however many`() async throws {
        let number = Counter()
        try await withStage(atOnce: { $0.send(.text("n\(number.next())")) }) { server, stage in
            let client = try RawClient(port: server.port)
            client.send(String(repeating: Self.soon, count: 300))
            for index in 1...300 { #expect(try client.readReply().hasSuffix("\r\n\r\nn\(index)")) }
            for _ in 0..<300 { stage.room?.tell { $0.send(.text("twice")) } }
            #expect(eventually { stage.room?.alive == 0 })
            client.send(Self.hello)
            #expect(try client.readReply().hasSuffix("hello"))
        }
    }

    @Test func `requests of every kind behind a promised reply wait for it and are answered in order`() async throws {
        try await withStage { server, stage in
            let client = try RawClient(port: server.port)
            client.send(Self.hello)
            #expect(try client.readReply().hasSuffix("hello"))
            let later = "GET /later HTTP/1.1\r\nHost: x\r\n\r\n"
            client.send(Self.soon + Self.hello + Self.soon + later + Self.soon + later)
            #expect(stage.hasStarted())
            stage.answer("first")
            #expect(try client.readReply().hasSuffix("first"))
            #expect(try client.readReply().hasSuffix("hello"))
            #expect(stage.hasStarted(2))
            stage.answer("second")
            #expect(try client.readReply().hasSuffix("second"))
            #expect(try client.readReply().hasSuffix("later"))
            #expect(stage.hasStarted(3))
            stage.answer("third")
            #expect(try client.readReply().hasSuffix("third"))
            #expect(try client.readReply().hasSuffix("later"))
        }
    }

    @Test func `who sends more behind a promised reply than can wait is not read any further, and served behind it`()
        async throws
    {
        try await withStage({ $0.pipelinedBytesMax = 1_000 }) { server, stage in
            let client = try RawClient(port: server.port)
            let count = 500
            client.send(Self.soon)
            #expect(stage.hasStarted())
            client.send(String(repeating: Self.hello, count: count))
            stage.answer("first")
            #expect(try client.readReply().hasSuffix("first"))
            for _ in 0..<count { #expect(try client.readReply().hasSuffix("hello")) }
        }
    }

    @Test(arguments: [true, false]) func `a client that leaves before its reply comes frees everything at once`(
        resets: Bool
    ) async throws {
        try await withStage { server, stage in
            var client: RawClient? = try RawClient(port: server.port)
            client?.send(Self.soon + Self.hello)
            #expect(stage.hasStarted())
            if resets { client?.resetOnClose() }
            client = nil
            #expect(eventually { server.limit.count == 0 && stage.room?.alive == 0 })
            #expect(stage.room?.events == [.started, .hungUp])
        }
    }

    @Test func `the end of sending counts as a hang-up while a reply is promised`() async throws {
        try await withStage { server, stage in
            let client = try RawClient(port: server.port)
            client.send(Self.soon)
            #expect(stage.hasStarted())
            client.shutdownWriting()
            #expect(client.readToEnd() == "")
            #expect(stage.room?.events == [.started, .hungUp])
        }
    }

    @Test func `an end of sending that came with the request does not keep a reply at once from its client`()
        async throws
    {
        try await withStage(atOnce: { $0.send(.text("once")) }) { server, stage in
            let client = try RawClient(port: server.port)
            client.send(Self.soon + Self.soon)
            client.shutdownWriting()
            #expect(client.readToEnd().hasSuffix("once"))
            stage.room?.tell { _ in }
            stage.room?.tell { _ in }
            #expect(eventually { stage.room?.alive == 0 })
            #expect(stage.room?.events == [.started, .started])
        }
    }

    @Test(arguments: [true, false]) func `a reply that everybody forgot is an error of ours, not silence`(
        isElsewhere: Bool
    ) async throws {
        try await withStage { server, stage in
            let client = try RawClient(port: server.port)
            client.send(Self.soon + Self.hello)
            #expect(stage.hasStarted())
            if isElsewhere { stage.room?.forgetElsewhere() } else { stage.room?.tell { _ in } }
            let reply = try client.readReply()
            #expect(reply.hasPrefix("HTTP/1.1 500 ") && reply.contains(#""request_id":"s-1""#))
            #expect(try client.readReply().hasSuffix("hello"))
            #expect(stage.room?.count(.hungUp) == 0)
        }
    }

    @Test func `a connection may close before the loop hears that its reply was forgotten elsewhere`() async throws {
        try await withLoop { actor in
            let router = Router(logger: quietLogger)
            let room = PromiseRoom(on: actor.loop)
            room.add(to: router)
            let limit = ConnectionLimit(maximum: 10)
            let server = Server(
                on: actor.loop,
                configuration: ServerConfiguration(),
                responder: router,
                limit: limit,
                logger: quietLogger
            )
            let port = try server.start()
            let client = await offPool {
                let client = try? RawClient(port: port)
                client?.send(Self.soon)
                _ = eventually { room.count(.started) == 1 }
                return client
            }
            #expect(room.forgetElsewhereAndWait())
            server.close()
            #expect(limit.count == 0 && room.events == [.started])
            let reply = await offPool { client?.readToEnd() }
            #expect(reply == "")
        }
    }

    @Test func `a reply that nobody kept in the first place is one, too`() async throws {
        try await withServer(routes: { router, loop in
            helloRoutes(router, loop)
            router.onPromising(.get, "/soon") { PromisedReply(to: $0) }
        }) { port in
            let client = try RawClient(port: port)
            client.send(Self.soon + Self.soon + Self.hello)
            for _ in 0..<2 { #expect(try client.readReply().hasPrefix("HTTP/1.1 500 ")) }
            #expect(try client.readReply().hasSuffix("hello"))
        }
    }

    @Test func `only the first answer counts`() async throws {
        try await withStage { server, stage in
            let client = try RawClient(port: server.port)
            client.send(Self.soon)
            #expect(stage.hasStarted())
            stage.room?.tell {
                $0.send(.text("first"))
                $0.send(.text("second"))
                $0.fail(UVError(code: -1))
            }
            client.send(Self.hello)
            #expect(try client.readReply().hasSuffix("first"))
            #expect(try client.readReply().hasSuffix("hello"))
        }
    }

    @Test func `no time-out of the connection ends a promised reply, and the idle one runs behind it`() async throws {
        try await withStage({
            $0.idleTimeoutMilliseconds = 100
            $0.headTimeoutMilliseconds = 100
            $0.bodyTimeoutMilliseconds = 100
        }) { server, stage in
            let client = try RawClient(port: server.port)
            client.send(Self.soon)
            #expect(stage.hasStarted())
            // Four times the longest of them: there is no event to wait for when nothing happens.
            usleep(400_000)
            stage.answer("still")
            #expect(try client.readReply().hasSuffix("still"))
            #expect(client.readToEnd() == "")
            #expect(stage.room?.events == [.started])
        }
    }

    @Test func `HTTP 1.0 and HEAD get a promised reply in their form`() async throws {
        try await withStage(atOnce: { $0.send(.text("body")) }) { server, stage in
            let old = try RawClient(port: server.port)
            old.send("GET /soon HTTP/1.0\r\n\r\n")
            let reply = old.readToEnd()
            #expect(reply.contains("Connection: close\r\n") && reply.hasSuffix("\r\n\r\nbody"))
            let head = try RawClient(port: server.port)
            head.send("HEAD /soon HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let bare = head.readToEnd()
            #expect(bare.contains("Content-Length: 4\r\n") && bare.hasSuffix("\r\n\r\n"))
            for _ in 0..<2 { stage.room?.tell { _ in } }
            #expect(eventually { stage.room?.alive == 0 })
        }
    }

    @Test func `no task is made for a promised reply`() async throws {
        let withoutTask = Counter()
        try await withStage(atOnce: { reply in
            withUnsafeCurrentTask { task in if task == nil { _ = withoutTask.next() } }
            reply.send(.text("x"))
        }) { server, stage in
            let client = try RawClient(port: server.port)
            client.send(Self.soon)
            _ = try client.readReply()
            #expect(withoutTask.next() == 2)
            stage.room?.tell { _ in }
            #expect(eventually { stage.room?.alive == 0 })
        }
    }

    @Test(arguments: [true, false]) func `a drain waits for promised replies, a close does not`(
        closes: Bool
    ) async throws {
        try await withLoop { actor in
            let router = Router(logger: quietLogger)
            let room = PromiseRoom(on: actor.loop)
            room.add(to: router)
            let limit = ConnectionLimit(maximum: 1_000)
            let server = Server(
                on: actor.loop,
                configuration: ServerConfiguration(),
                responder: router,
                limit: limit,
                logger: quietLogger
            )
            let port = try server.start()
            let clients = await offPool {
                let clients = (0..<100).compactMap { _ in try? RawClient(port: port) }
                for client in clients { client.send(Self.soon) }
                clients.last?.send(Self.hello)
                _ = eventually { room.count(.started) == 100 }
                return clients
            }
            if closes {
                server.close()
                #expect(limit.count == 0 && room.count(.hungUp) == 100 && room.alive == 0)
                let replies = await offPool { clients.map { $0.readToEnd() } }
                #expect(replies.allSatisfy { $0.isEmpty })
            } else {
                // Behind the beginning of the drain, which is on the loop already.
                for _ in clients { room.tell { $0.send(.text("given")) } }
                await server.drain(timeoutMilliseconds: 10_000)
                let replies = await offPool { clients.map { $0.readToEnd() } }
                #expect(replies.allSatisfy { $0.contains("Connection: close\r\n") && $0.hasSuffix("given") })
                #expect(room.count(.hungUp) == 0 && room.alive == 0)
            }
        }
    }

    // MARK: - Errors

    private struct Teapot: ProblemConvertible {
        var problem: Problem {
            Problem(status: Status(code: 418, reason: "I'm a teapot"), error: "teapot", title: "t", detail: "d")
        }
    }

    private struct Marking: RequestPolicy {
        func response(to request: Request) -> Response? { nil }
        func fields(for request: Request) -> [(String, String)] { [("X-Mark", request.path)] }
    }

    @Test(arguments: ["success", "teapot", "bug", "gone", "refused"])
    func `what becomes of a promise gets the policy's fields, and a line in the log`(outcome: String) async throws {
        let log = RecordedLog()
        try await withLoop { actor in
            let router = Router(logger: log.logger, policy: Marking())
            let room = PromiseRoom(on: actor.loop)
            room.add(to: router) { reply in
                switch outcome {
                case "success": reply.send(.text("x"))
                case "teapot": reply.fail(Teapot())
                case "bug": reply.fail(UVError(code: -1))
                default: reply.fail(CancellationError())
                }
            }
            router.onPromising(.get, "/refused") { _ in throw Teapot() }
            let server = Server(
                on: actor.loop,
                configuration: ServerConfiguration(),
                responder: router,
                limit: ConnectionLimit(maximum: 10),
                logger: quietLogger
            )
            let port = try server.start()
            let all = await offPool {
                let client = try? RawClient(port: port)
                let path = outcome == "refused" ? "/refused" : "/soon"
                client?.send("GET \(path) HTTP/1.1\r\nHost: x\r\nX-Request-Id: s-1\r\nConnection: close\r\n\r\n")
                return client?.readToEnd() ?? "-"
            }
            room.tell { _ in }
            let status =
                ["success": "200", "teapot": "418", "bug": "500", "gone": "", "refused": "418"][outcome] ?? "-"
            if outcome == "gone" {
                #expect(all.isEmpty)
            } else {
                #expect(all.hasPrefix("HTTP/1.1 \(status) ") && all.contains("X-Request-Id: s-1\r\n"))
                #expect(all.contains("X-Mark: /"))
            }
            let lines = log.metadata.filter { $0["status"] != nil }
            #expect(lines.map { $0["status"] } == [outcome == "gone" ? "client gone" : "\(status)"])
            #expect(lines.first?["path"] == (outcome == "refused" ? "/refused" : "/soon"))
            // The line about our own fault has no status.
            #expect(log.metadata.count == (outcome == "bug" ? 2 : 1))
            await server.drain(timeoutMilliseconds: 1_000)
        }
    }
}
