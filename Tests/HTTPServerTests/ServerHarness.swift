import HTTP
import HTTPServer
import Logging
import TestSupport
import Testing
import UV

/// Runs a server on a loop of its own while blocking clients talk to it, then proves that everything closed.
func withServer(
    _ configure: @escaping @Sendable (inout ServerConfiguration) -> Void = { _ in },
    connectionsMax: Int = 1000,
    routes: @escaping @Sendable (Router, EventLoop) -> Void,
    _ clients: @escaping @Sendable (_ port: UInt16) throws -> Void
) async throws {
    try await withLoop { actor in
        var configuration = ServerConfiguration()
        configure(&configuration)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
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
