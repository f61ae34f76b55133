internal import HTTPServer
public import Logging
public import UV

/// A gateway with its loops, from start to drain. Any thread.
public final class RunningGateway: Sendable {
    /// The port of the public listener, which matters when 0 was asked for.
    public let port: UInt16
    /// The port of the operator's listener; nil when there is none.
    public let adminPort: UInt16?

    private let shared: SharedState
    private let threads: [EventLoopThread]
    private let loops: [LoopBound<GatewayLoop>]
    private let housekeeping: LoopBound<Timer>?

    /// Milliseconds between two steps of forgetting what has expired; each step is small.
    private static let sweepMilliseconds: UInt64 = 1_000

    /// Starts the loops and listens on all of them.
    ///
    /// - Parameters:
    ///   - users, sessions, accessTokens: the stores; in memory by default.
    ///   - logins: over the same users and sessions; by default two steps of the two stores.
    ///   - clock: the system's but in tests.
    /// - Throws: `ListenError` when an address cannot be listened on, for instance because of `EADDRINUSE`; library errors
    ///   when one cannot start. Nothing is left behind then.
    public static func start(
        _ configuration: GatewayConfiguration,
        users: any UserStore = MemoryUserStore(),
        sessions: any SessionStore = MemorySessionStore(),
        logins: (any LoginStore)? = nil,
        accessTokens: any AccessTokenStore = MemoryAccessTokenStore(),
        clock: WallClock = .system,
        logger: Logger
    ) async throws -> RunningGateway {
        let threads = try makeThreads(configuration.loops)
        let shared = SharedState(
            configuration: configuration,
            clock: clock,
            users: users,
            sessions: sessions,
            logins: logins,
            accessTokens: accessTokens,
            homes: threads.map(\.loop),
            logger: logger
        )
        var loops: [LoopBound<GatewayLoop>] = []
        let ports: GatewayLoop.Ports
        do {
            ports = try await listen(on: threads, shared, into: &loops)
            try await shared.accessTokens.start()
            try await shared.codes.start()
        } catch {
            await stop(loops, shared, on: threads, timeoutMilliseconds: 0)
            for thread in threads { _ = thread.stopAndJoin() }
            throw error
        }
        let housekeeping = await threads.first?.actor.run { actor in
            let timer = Timer(on: actor.loop) {
                shared.exchange.sweep(now: clock.milliseconds)
                shared.sessions.sweep(now: clock.seconds)
                shared.users.sweep(now: clock.milliseconds)
                shared.tickets.sweep(now: clock.milliseconds)
            }
            timer.start(afterMilliseconds: sweepMilliseconds, repeating: sweepMilliseconds)
            return LoopBound(timer, on: actor.loop)
        }
        shared.readiness.set(.running)
        return RunningGateway(
            ports: ports,
            shared: shared,
            threads: threads,
            loops: loops,
            housekeeping: housekeeping
        )
    }

    private static func makeThreads(_ count: Int) throws(UVError) -> [EventLoopThread] {
        var threads: [EventLoopThread] = []
        do throws(UVError) {
            for index in 0..<count { threads.append(try EventLoopThread(name: "loop-\(index)")) }
        } catch {
            for thread in threads { _ = thread.stopAndJoin() }
            throw error
        }
        return threads
    }

    /// - Parameter loops: gets those that listen, also when a later one fails.
    private static func listen(
        on threads: [EventLoopThread],
        _ shared: SharedState,
        into loops: inout [LoopBound<GatewayLoop>]
    ) async throws -> GatewayLoop.Ports {
        let configuration = shared.configuration
        let limits = GatewayLoop.Limits(
            clients: ConnectionLimit(maximum: configuration.connectionsMax),
            admin: ConnectionLimit(maximum: configuration.admin.connectionsMax)
        )
        var ports = GatewayLoop.Ports(
            client: configuration.server.port,
            admin: configuration.admin.host == nil ? nil : configuration.admin.port
        )
        for (index, thread) in threads.enumerated() {
            let wanted = ports
            let (loop, bound) = try await thread.actor.run { actor in
                let loop = try GatewayLoop(
                    on: actor.loop,
                    shared: shared,
                    limits: limits,
                    ports: wanted,
                    logger: shared.logger
                )
                do {
                    return (LoopBound(loop, on: actor.loop), try loop.start(isFirst: index == 0))
                } catch {
                    loop.close()
                    throw error
                }
            }
            loops.append(loop)
            ports = bound
        }
        return ports
    }

    private init(
        ports: GatewayLoop.Ports,
        shared: SharedState,
        threads: [EventLoopThread],
        loops: [LoopBound<GatewayLoop>],
        housekeeping: LoopBound<Timer>?
    ) {
        port = ports.client
        adminPort = ports.admin
        self.shared = shared
        self.threads = threads
        self.loops = loops
        self.housekeeping = housekeeping
    }

    /// Jobs that reached a loop from another thread so far; a request's path adds none.
    public var foreignEnqueues: Int { threads.reduce(0) { $0 + $1.loop.foreignEnqueues } }

    /// The access_tokens, for tests that ask like the gateway's own routes.
    var accessTokens: AccessTokens { shared.accessTokens }

    /// The codes, for tests that ask like the gateway's own routes.
    var codes: QRCodes { shared.codes }

    /// The loop on which signals and other process-wide handles may live.
    public var firstLoop: EventLoop { threads[0].loop }

    /// Becomes unready, stops accepting, finishes what runs, and ends the loops. Call it once.
    ///
    /// - Returns: handles that were never closed, which is a bug; empty otherwise.
    public func stop() async -> [String] {
        shared.readiness.set(.draining)
        await RunningGateway.stop(
            loops,
            shared,
            on: threads,
            timeoutMilliseconds: shared.configuration.drainMilliseconds
        )
        if let first = threads.first, let housekeeping {
            await first.actor.run { _ in housekeeping.value.close() }
        }
        return threads.flatMap { $0.stopAndJoin() }
    }

    /// All loops drain side by side, so that the time is one drain's, not the sum. None closes its calls of WeChat before
    /// all have drained: loops share exchanges. The keepers of access_tokens stop last of all that may wait: until then a
    /// request may need them.
    private static func stop(
        _ loops: [LoopBound<GatewayLoop>],
        _ shared: SharedState,
        on threads: [EventLoopThread],
        timeoutMilliseconds: UInt64
    ) async {
        await withTaskGroup(of: Void.self) { group in
            for (loop, thread) in zip(loops, threads) {
                group.addTask(executorPreference: thread.loop) {
                    await thread.actor.run { _ in
                        await loop.value.drain(timeoutMilliseconds: timeoutMilliseconds)
                    }
                }
            }
        }
        // After the drain: a request may wait for a code; before the tokens: a code may wait for one.
        await shared.codes.stop()
        await shared.accessTokens.stop()
        for (loop, thread) in zip(loops, threads) { await thread.actor.run { _ in loop.value.close() } }
    }
}
