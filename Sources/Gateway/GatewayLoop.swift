internal import HTTPServer
internal import Logging
internal import UV

/// One loop of a running gateway: its services and its listener. Loop-confined.
final class GatewayLoop {
    private let services: LoopServices
    private let server: Server

    init(on loop: EventLoop, shared: SharedState, limit: ConnectionLimit, port: UInt16, logger: Logger) throws {
        services = try LoopServices(on: loop, shared: shared)
        var configuration = shared.configuration.server
        configuration.port = port
        server = Server(
            on: loop,
            configuration: configuration,
            responder: GatewayRouter.make(over: services, logger: logger),
            limit: limit,
            logger: logger
        )
    }

    /// Listens; returns the port.
    func start() throws -> UInt16 { try server.start() }

    /// Finishes what runs, within the time, and closes the connections. The services go on: requests of other loops may
    /// wait for an exchange that was begun here.
    func drain(timeoutMilliseconds: UInt64) async {
        await server.drain(timeoutMilliseconds: timeoutMilliseconds)
    }

    /// Closes everything. When no loop has a request any more.
    func close() {
        server.close()
        services.close()
    }
}
