import Glibc
import HTTP
import Logging
import Synchronization
import TestSupport
import Testing
import UV

@testable import HTTPServer

/// Replies that come later, over a socket.
@Suite struct ParkedReplyTests {
    private static let park = "GET /park/1 HTTP/1.1\r\nHost: x\r\nX-Request-Id: p-1\r\n\r\n"
    private static let hello = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"

    /// The room of the one server of a test.
    private final class Stage: Sendable {
        private let value = Mutex<ParkedRoom?>(nil)
        var room: ParkedRoom? { value.withLock { $0 } }
        var script: ParkedScript { room?.script ?? ParkedScript() }
        func set(_ room: ParkedRoom) { value.withLock { $0 = room } }
    }

    /// A server with `/park/:x`, whose replies wait until a test answers them, and `/hello`.
    private func withStage(
        _ configure: @escaping @Sendable (inout ServerConfiguration) -> Void = { _ in },
        onStart: @escaping @Sendable (ParkedWriter) -> Void = { _ in },
        prepare: @escaping @Sendable (ScriptedReply) -> Void = { _ in },
        _ clients: @escaping @Sendable (RunningServer, Stage) throws -> Void
    ) async throws {
        let stage = Stage()
        try await withRunningServer(
            configure,
            routes: { router, loop in
                helloRoutes(router, loop)
                let room = ParkedRoom(on: loop)
                stage.set(room)
                let handler: Router.ParkingHandler = { _, _ in
                    let reply = room.reply(onStart: onStart)
                    prepare(reply)
                    return .later(reply)
                }
                router.onParking(.get, "/park/:x", handler)
                router.onParking(.head, "/park/:x", handler)
            }
        ) { try clients($0, stage) }
        #expect(stage.script.alive == 0, "a reply that nobody needs is kept")
    }

    @Test func `a parked reply is given later, and the connection is kept`() async throws {
        try await withStage { server, stage in
            let client = try RawClient(port: server.port)
            for round in 1...200 {
                client.send(Self.park)
                #expect(eventually { stage.script.count(.started) == round })
                stage.room?.tell { $0.send(.text("later")) }
                let reply = try client.readReply()
                #expect(reply.hasPrefix("HTTP/1.1 200 OK\r\n") && reply.hasSuffix("\r\n\r\nlater"))
                #expect(reply.contains("X-Request-Id: p-1\r\n"))
            }
            #expect(eventually { stage.script.alive == 0 })
            #expect(stage.script.count(.hungUp) == 0)
            #expect(server.limit.count == 1)
        }
    }

    @Test(arguments: [true, false])
    func `who sends more behind a parked reply than can wait is let go, so that no hang-up is missed`(
        isBefore: Bool
    ) async throws {
        try await withStage { server, stage in
            let client = try RawClient(port: server.port)
            let flood = String(repeating: Self.hello, count: 65_536 / Self.hello.utf8.count + 2)
            if isBefore {
                client.send(Self.park + flood)
            } else {
                client.send(Self.park)
                #expect(eventually { stage.script.count(.started) == 1 })
                client.send(flood)
            }
            // In this order: before its accept the connection is not counted either.
            #expect(eventually { stage.script.count(.hungUp) == 1 })
            #expect(eventually { server.limit.count == 0 })
        }
    }

    @Test func `while a reply is parked there is no task and no parser, and the next request brings its own`()
        async throws
    {
        try await withStage { server, stage in
            let client = try RawClient(port: server.port)
            for round in 1...2 {
                client.send(Self.park)
                #expect(eventually { stage.script.count(.started) == round })
                let isBare = Flag()
                #expect(
                    eventually {
                        stage.room?.tell { writer in
                            if writer.connection.task == nil, writer.connection.reception == nil { isBare.set() }
                        }
                        return isBare.isSet
                    }
                )
                stage.room?.tell { $0.send(.text("x")) }
                _ = try client.readReply()
                client.send(Self.hello)
                #expect(try client.readReply().hasSuffix("hello"))
            }
        }
    }

    @Test func `requests behind a parked one wait for it, and are answered in order`() async throws {
        try await withStage { server, stage in
            let client = try RawClient(port: server.port)
            client.send(Self.park + Self.park + Self.hello + "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Le")
            client.send("ngth: 2\r\n\r\nok")
            #expect(eventually { stage.script.count(.started) == 1 })
            stage.room?.tell { $0.send(.text("first")) }
            #expect(try client.readReply().hasSuffix("first"))
            #expect(eventually { stage.script.count(.started) == 2 })
            stage.room?.tell { $0.send(.text("second")) }
            #expect(try client.readReply().hasSuffix("second"))
            #expect(try client.readReply().hasSuffix("hello"))
            #expect(try client.readReply().hasSuffix("ok"))
        }
    }

    @Test func `a hundred replies that are given at once go out in order`() async throws {
        let number = Counter()
        try await withStage(onStart: { $0.send(.text("n\(number.next())")) }) { server, _ in
            let client = try RawClient(port: server.port)
            client.send(String(repeating: Self.park, count: 100))
            for index in 1...100 { #expect(try client.readReply().hasSuffix("\r\n\r\nn\(index)")) }
        }
    }

    @Test(arguments: [true, false]) func `a client that leaves while its reply is parked frees everything at once`(
        resets: Bool
    ) async throws {
        try await withStage { server, stage in
            var client: RawClient? = try RawClient(port: server.port)
            client?.send(Self.park + Self.hello)
            #expect(eventually { stage.script.count(.started) == 1 })
            if resets { client?.resetOnClose() }
            client = nil
            #expect(eventually { server.limit.count == 0 && stage.script.alive == 0 })
            #expect(stage.script.events == [.started, .hungUp])
        }
    }

    @Test func `what is sent to a client that has gone goes nowhere`() async throws {
        let kept = Mutex<[LoopBound<ParkedWriter>]>([])
        try await withLoop { actor in
            let loop = actor.loop
            let router = Router(logger: quietLogger)
            let script = ParkedScript()
            router.onParking(.get, "/park/:x") { _, _ in
                .later(
                    ScriptedReply(script) { writer in
                        let bound = LoopBound(writer, on: loop)
                        kept.withLock { $0.append(bound) }
                    }
                )
            }
            let limit = ConnectionLimit(maximum: 10)
            let server = Server(
                on: loop,
                configuration: ServerConfiguration(),
                responder: router,
                limit: limit,
                logger: quietLogger
            )
            let port = try server.start()
            let isGone = await offPool {
                var client = try? RawClient(port: port)
                client?.send(Self.park)
                let hasStarted = eventually { script.count(.started) == 1 }
                client = nil
                return hasStarted && eventually { limit.count == 0 }
            }
            #expect(isGone)
            for writer in kept.withLock({ $0 }).map(\.value) {
                writer.wake(afterMilliseconds: 1)
                writer.startStream(.text(""))
                writer.sendPart([1])
                writer.endStream()
                writer.send(.text("x"))
                writer.send(.internalError)
                writer.reset()
                #expect(writer.queuedBytes == 0)
            }
            kept.withLock { $0 = [] }
            #expect(loop.wheel.count == 0)
            #expect(script.events == [.started, .hungUp])
            await server.drain(timeoutMilliseconds: 10)
        }
    }

    @Test func `a handler that parks for a client that has left is told so and nothing else`() async throws {
        let script = ParkedScript()
        let hasRun = Flag()
        try await withRunningServer(routes: { router, loop in
            router.onParking(.get, "/park/:x") { _, _ in
                hasRun.set()
                // Ends by the cancellation that a hang-up is, and goes on nevertheless.
                try? await loop.sleep(milliseconds: 3_600_000)
                return .later(ScriptedReply(script))
            }
        }) { server in
            var client: RawClient? = try RawClient(port: server.port)
            client?.send(Self.park)
            #expect(eventually { hasRun.isSet })
            withExtendedLifetime(client) {}
            client = nil
            #expect(eventually { server.limit.count == 0 && script.alive == 0 })
            #expect(script.events == [.hungUp])
        }
    }

    @Test func `a deadline wakes as often as it is asked for, and the last time asked counts`() async throws {
        let rounds = Counter()
        try await withStage(
            onStart: {
                $0.wake(afterMilliseconds: 3_600_000)
                $0.wake(afterMilliseconds: 1)
            },
            prepare: { reply in
                reply.onDeadline = { writer in
                    if rounds.next() == 3 { writer.send(.text("woken")) } else { writer.wake(afterMilliseconds: 1) }
                }
            }
        ) { server, stage in
            let client = try RawClient(port: server.port)
            client.send(Self.park)
            #expect(try client.readReply().hasSuffix("woken"))
            #expect(stage.script.events == [.started, .deadlinePassed, .deadlinePassed, .deadlinePassed])
        }
    }

    @Test func `no time-out of the connection ends a parked reply, and the idle one runs behind it`() async throws {
        try await withStage({
            $0.idleTimeoutMilliseconds = 100
            $0.headTimeoutMilliseconds = 100
            $0.bodyTimeoutMilliseconds = 100
        }) { server, stage in
            let client = try RawClient(port: server.port)
            client.send(Self.park)
            #expect(eventually { stage.script.count(.started) == 1 })
            // Four times the longest of them: there is no event to wait for when nothing happens.
            usleep(400_000)
            stage.room?.tell { $0.send(.text("still")) }
            #expect(try client.readReply().hasSuffix("still"))
            #expect(client.readToEnd() == "")
            #expect(stage.script.events == [.started])
        }
    }

    @Test func `HTTP 1.0 and HEAD get a parked reply in their form`() async throws {
        try await withStage(onStart: { $0.send(.text("body")) }) { server, _ in
            let old = try RawClient(port: server.port)
            old.send("GET /park/1 HTTP/1.0\r\n\r\n")
            let reply = old.readToEnd()
            #expect(reply.contains("Connection: close\r\n") && reply.hasSuffix("\r\n\r\nbody"))
            let kept = try RawClient(port: server.port)
            for _ in 0..<2 {
                kept.send("GET /park/1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                let reply = try kept.readReply()
                #expect(reply.contains("Connection: keep-alive\r\n") && reply.hasSuffix("body"))
            }
            let head = try RawClient(port: server.port)
            head.send(
                "HEAD /park/1 HTTP/1.1\r\nHost: x\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            )
            let both = head.readToEnd()
            #expect(both.contains("Content-Length: 4\r\n") && !both.contains("body") && both.hasSuffix("hello"))
        }
    }

    @Test func `an error may be the parked reply, with its headers`() async throws {
        try await withStage(onStart: { $0.send(Problem.overloaded("Later.")) }) { server, _ in
            let client = try RawClient(port: server.port)
            client.send(Self.park + Self.hello)
            let reply = try client.readReply()
            #expect(reply.hasPrefix("HTTP/1.1 503 ") && reply.contains(#""request_id":"p-1""#))
            #expect(reply.components(separatedBy: "X-Request-Id: p-1\r\n").count == 2)
            #expect(try client.readReply().hasSuffix("hello"))
        }
    }

    @Test(arguments: [true, false]) func `a drain has parked replies given at once, also one that parks meanwhile`(
        closes: Bool
    ) async throws {
        try await withLoop { actor in
            let router = Router(logger: quietLogger)
            let script = ParkedScript()
            let gate = Gate()
            let isHeld = Flag()
            router.onParking(.get, "/park/:x") { _, name in
                if name == "2" {
                    isHeld.set()
                    try await gate.pass(on: actor.loop)
                }
                return .later(ScriptedReply(script))
            }
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
                for client in clients { client.send(Self.park) }
                clients.last?.send(Self.hello)
                let late = try? RawClient(port: port)
                late?.send("GET /park/2 HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = eventually { script.count(.started) == 100 && isHeld.isSet }
                return clients + [late].compactMap { $0 }
            }
            #expect(clients.count == 101)
            if closes {
                server.close()
                #expect(limit.count == 0 && script.count(.hungUp) == 100)
                gate.open()
                let replies = await offPool { clients.map { $0.readToEnd() } }
                #expect(replies.allSatisfy { $0.isEmpty })
            } else {
                Task.detached {
                    await offPool {
                        _ = eventually { script.count(.draining) == 100 }
                        gate.open()
                    }
                }
                await server.drain(timeoutMilliseconds: 10_000)
                let replies = await offPool { clients.map { $0.readToEnd() } }
                #expect(replies.allSatisfy { $0.contains("Connection: close\r\n") && $0.hasSuffix("drained") })
                #expect(script.count(.hungUp) == 0 && script.count(.draining) == 101)
            }
            // The held handler's reply, if it got so far, is told as well.
            await server.drain(timeoutMilliseconds: 10)
            while script.alive > 0 { try await actor.loop.sleep(milliseconds: 1) }
        }
    }
}

/// Counts over threads.
final class Counter: Sendable {
    private let value = Atomic(0)
    func next() -> Int { value.wrappingAdd(1, ordering: .relaxed).newValue }
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
