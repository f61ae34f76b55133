import HTTP
import HTTPServer
public import Logging
import Synchronization
public import UV

/// One simulator behind one port, on loops with threads of their own.
///
/// For executables and tests: `init`, `start`, `drain`, `join`, in this order. Any thread.
public final class SimulatorService: Sendable {
    /// Connections of all loops together; a load test with more has to start several simulators.
    public static let connectionsMax = 20_000

    private let simulator: Simulator
    private let threads: [EventLoopThread]
    private let logger: Logger
    private struct Listener {
        let actor: LoopActor
        let server: LoopBound<Server>
        let responder: LoopBound<SimulatorResponder>
    }

    private let listeners = Mutex<[Listener]>([])

    /// Starts the threads; nothing listens yet.
    ///
    /// - Parameter loops: 1 or more; more than one core is rarely worth it for a simulator.
    /// - Throws: libuv's status when a loop or a thread cannot be made.
    public init(_ simulator: Simulator, loops: Int = 1, logger: Logger) throws(UVError) {
        var threads: [EventLoopThread] = []
        for index in 0..<max(1, loops) { threads.append(try EventLoopThread(name: "wxsim-\(index)")) }
        self.simulator = simulator
        self.threads = threads
        self.logger = logger
    }

    /// Listens on all loops.
    ///
    /// - Parameters:
    ///   - host: a numeric address.
    ///   - port: 0 for any free one.
    /// - Returns: the port.
    /// - Throws: why the address cannot be bound, `EADDRINUSE` for instance; `drain` and `join` are still to be called.
    public func start(host: String = "127.0.0.1", port: UInt16 = 0) async throws(UVError) -> UInt16 {
        // The loops share the port among themselves, and would share it with another process as willingly.
        if port != 0 { try TCPListener.checkIsFree(host: host, port: port) }
        let limit = ConnectionLimit(maximum: Self.connectionsMax)
        var configuration = ServerConfiguration()
        configuration.host = host
        configuration.port = port
        // A picture that the phone is to read; the responder refuses other bodies of this size.
        configuration.limits.bodyBytesMax = GrayImage.bytesMax
        for thread in threads {
            let (listener, actual) = try await listen(on: thread.actor, configuration, limit)
            configuration.port = actual
            listeners.withLock { $0.append(listener) }
        }
        simulator.listens(at: ListenAddress(host: host, port: configuration.port))
        return configuration.port
    }

    /// Stops listening, gives running requests so many milliseconds, and closes all connections.
    public func drain(timeoutMilliseconds: UInt64 = 500) async {
        for listener in listeners.withLock({ listeners in listeners }) {
            await listener.actor.run { _ in
                await listener.server.value.drain(timeoutMilliseconds: timeoutMilliseconds)
                listener.responder.value.close()
            }
        }
        listeners.withLock { $0 = [] }
    }

    /// Ends the threads and waits for them; blocks, so not on a loop. Call it once, after `drain`.
    ///
    /// - Returns: handles that were never closed; empty is the proof that the loops closed empty.
    @discardableResult
    public func join() -> [String] {
        threads.flatMap { $0.stopAndJoin() }
    }

    private func listen(
        on actor: LoopActor,
        _ configuration: ServerConfiguration,
        _ limit: ConnectionLimit
    ) async throws(UVError) -> (Listener, UInt16) {
        let simulator = simulator
        let logger = logger
        return try await actor.run { actor throws(UVError) in
            let responder = simulator.responder(on: actor.loop, logger: logger)
            let server = Server(
                on: actor.loop,
                configuration: configuration,
                responder: responder,
                limit: limit,
                logger: logger
            )
            let port = try server.start()
            let listener = Listener(
                actor: actor,
                server: LoopBound(server, on: actor.loop),
                responder: LoopBound(responder, on: actor.loop)
            )
            return (listener, port)
        }
    }
}
