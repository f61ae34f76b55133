import Glibc
import HTTP
import HTTPServer
import Logging
import Synchronization
import TestSupport
import Testing
import UV

/// Says nothing of what tests do wrong on purpose.
var quietLogger: Logger {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
}

/// Runs a server on a loop of its own while blocking clients talk to it, then proves that everything closed.
func withServer(
    _ configure: @escaping @Sendable (inout ServerConfiguration) -> Void = { _ in },
    connectionsMax: Int = 1000,
    logger: Logger = quietLogger,
    routes: @escaping @Sendable (Router, EventLoop) -> Void,
    _ clients: @escaping @Sendable (_ port: UInt16) throws -> Void
) async throws {
    try await withLoop { actor in
        var configuration = ServerConfiguration()
        configure(&configuration)
        let router = Router(logger: logger)
        routes(router, actor.loop)
        let server = Server(
            on: actor.loop,
            configuration: configuration,
            responder: router,
            limit: ConnectionLimit(maximum: connectionsMax),
            logger: logger
        )
        let port = try server.start()
        let result = await offPool { Result { try clients(port) } }
        await server.drain(timeoutMilliseconds: 2_000)
        try result.get()
    }
}

/// A router with `/hello`, and `POST /echo` that gives the body back.
func helloRoutes(_ router: Router, _ loop: EventLoop) {
    router.get("/hello") { _ in .text("hello") }
    router.on(.post, "/echo") { Response(headers: [("Content-Type", "x/y")], body: $0.body) }
}

/// A running server and what a test may ask it from the threads of its clients.
struct RunningServer: Sendable {
    let port: UInt16
    let limit: ConnectionLimit
}

/// As ``withServer(_:connectionsMax:routes:_:)``, with a look at the connections that the server still holds.
func withRunningServer(
    _ configure: @escaping @Sendable (inout ServerConfiguration) -> Void = { _ in },
    connectionsMax: Int = 1000,
    routes: @escaping @Sendable (Router, EventLoop) -> Void,
    _ clients: @escaping @Sendable (RunningServer) throws -> Void
) async throws {
    try await withLoop { actor in
        var configuration = ServerConfiguration()
        configure(&configuration)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let router = Router(logger: logger)
        routes(router, actor.loop)
        let limit = ConnectionLimit(maximum: connectionsMax)
        let server = Server(
            on: actor.loop,
            configuration: configuration,
            responder: router,
            limit: limit,
            logger: logger
        )
        let running = RunningServer(port: try server.start(), limit: limit)
        let result = await offPool { Result { try clients(running) } }
        await server.drain(timeoutMilliseconds: 2_000)
        #expect(limit.count == 0)
        try result.get()
    }
}

/// Whether a condition comes true within ten seconds. Blocks; for the threads of clients only.
func eventually(_ condition: () -> Bool) -> Bool {
    for _ in 0..<10_000 {
        if condition() { return true }
        usleep(1_000)
    }
    return false
}

/// A thing that happened, told from any thread to any other.
final class Flag: Sendable {
    private let state = Atomic(false)
    var isSet: Bool { state.load(ordering: .acquiring) }
    func set() { state.store(true, ordering: .releasing) }
}

/// Holds handlers of one loop back until the test lets them go, from any thread.
final class Gate: Sendable {
    private let isOpen = Atomic(false)

    func open() { isOpen.store(true, ordering: .releasing) }

    /// On the loop.
    func pass(on loop: EventLoop) async throws {
        while !isOpen.load(ordering: .acquiring) { try await loop.sleep(milliseconds: 1) }
    }
}
