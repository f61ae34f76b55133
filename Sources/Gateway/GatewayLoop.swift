internal import HTTPServer
internal import Logging
internal import UV

/// One loop of a running gateway: its services and its listeners. Loop-confined.
final class GatewayLoop {
    /// The ports of the two listeners; each loop takes those of the first.
    struct Ports: Sendable {
        var client: UInt16
        /// nil: there is no operator's listener.
        var admin: UInt16?
    }

    /// What the loops' listeners share.
    struct Limits: Sendable {
        let clients: ConnectionLimit
        let admin: ConnectionLimit
    }

    /// What operators' calls have in any case, when clients took the whole time of the drain.
    private static let adminDrainMilliseconds: UInt64 = 500

    private struct Listener {
        let server: Server
        let host: String
        let port: UInt16

        init(
            on loop: EventLoop,
            _ configuration: ServerConfiguration,
            responder: any Responder,
            limit: ConnectionLimit,
            logger: Logger
        ) {
            host = configuration.host
            port = configuration.port
            server = Server(
                on: loop,
                configuration: configuration,
                responder: responder,
                limit: limit,
                logger: logger
            )
        }
    }

    private let loop: EventLoop
    private let services: LoopServices
    private let clients: Listener
    private let admin: Listener?

    init(on loop: EventLoop, shared: SharedState, limits: Limits, ports: Ports, logger: Logger) throws {
        self.loop = loop
        services = try LoopServices(on: loop, shared: shared)
        var configuration = shared.configuration.server
        configuration.port = ports.client
        clients = Listener(
            on: loop,
            configuration,
            responder: GatewayRouter.make(over: services, logger: logger),
            limit: limits.clients,
            logger: logger
        )
        guard let host = shared.configuration.admin.host, let port = ports.admin else {
            admin = nil
            return
        }
        configuration.host = host
        configuration.port = port
        admin = Listener(
            on: loop,
            configuration,
            responder: AdminRouter.make(over: services, logger: logger),
            limit: limits.admin,
            logger: logger
        )
    }

    /// Listens; returns the ports.
    ///
    /// - Parameter isFirst: then nobody else, not even the other listener, may be on these addresses.
    func start(isFirst: Bool) throws(ListenError) -> Ports {
        Ports(
            client: try GatewayLoop.start(clients, isFirst: isFirst),
            admin: try admin.map { admin throws(ListenError) in try GatewayLoop.start(admin, isFirst: isFirst) }
        )
    }

    /// Finishes what runs, within the time, and closes the connections; operators are served to the end. The services go
    /// on: requests of other loops may wait for an exchange that was begun here.
    func drain(timeoutMilliseconds: UInt64) async {
        let end = loop.now + timeoutMilliseconds
        await clients.server.drain(timeoutMilliseconds: timeoutMilliseconds)
        // Who waits for an access_token waits for WeChat.
        let rest = end > loop.now ? end - loop.now : 0
        await admin?.server.drain(timeoutMilliseconds: max(rest, Self.adminDrainMilliseconds))
    }

    /// Closes everything. When no loop has a request any more.
    func close() {
        clients.server.close()
        admin?.server.close()
        services.close()
    }

    private static func start(_ listener: Listener, isFirst: Bool) throws(ListenError) -> UInt16 {
        let (host, port) = (listener.host, listener.port)
        do throws(UVError) {
            if isFirst, port != 0 { try TCPListener.checkIsFree(host: host, port: port) }
            return try listener.server.start()
        } catch {
            throw ListenError(host: host, port: port, reason: error)
        }
    }
}
