import Gateway
import Glibc
import Logging
import SQLiteStore
import Synchronization
import TestSupport
import Testing
import UV
import WeChat
import WeChatSimulator

/// A running gateway, the simulators behind it, and what tests ask of both.
final class GatewayHarness: Sendable {
    let gateway: RunningGateway
    /// One for each base of WeChat's API, in the gateway's order of preference.
    let simulators: [Simulator]
    let simulatorPorts: [UInt16]
    private let stopping = Mutex<Task<[String], Never>?>(nil)

    init(gateway: RunningGateway, simulators: [Simulator], simulatorPorts: [UInt16]) {
        self.gateway = gateway
        self.simulators = simulators
        self.simulatorPorts = simulatorPorts
    }

    var port: UInt16 { gateway.port }
    var simulator: Simulator { simulators[0] }

    /// A new connection to the gateway.
    func connect() throws -> KeepAliveClient { try KeepAliveClient(port: port) }

    /// A fresh code, as `wx.login` of this user gives it; of a new user without a name.
    func code(of openid: String? = nil) throws -> String {
        try simulator.mintCode(user: openid.map { .openid($0) } ?? .new).code
    }

    /// Requests for an exchange that have reached a simulator, faults included.
    func upstreamRequests(_ index: Int = 0) -> Int {
        simulators[index].counters.requests["/sns/jscode2session"]?.total ?? 0
    }

    /// Returns when a loop has read all that was sent to it before. With one loop only.
    func settle(by client: KeepAliveClient) throws {
        for _ in 0..<3 { #expect(try client.get("/healthz").status == 200) }
    }

    /// Starts to drain the gateway, which then ends while the test goes on.
    func beginStop() {
        let gateway = gateway
        stopping.withLock { $0 = Task.detached { await gateway.stop() } }
    }

    /// Ends the gateway; what was never closed.
    func stop() async -> [String] {
        if let task = stopping.withLock({ $0 }) { return await task.value }
        return await gateway.stop()
    }
}

/// Where a test's gateway keeps users and sessions.
enum HarnessStore: CaseIterable, Sendable {
    case memory
    /// In a directory that goes with the test.
    case embedded
}

/// How a test wants gateway and WeChat.
struct HarnessOptions: Sendable {
    var loops = 1
    /// Simulators, each a base of its own.
    var bases = 1
    /// Some that the test has made already, in place of new ones.
    var simulators: [Simulator] = []
    var clock = WallClock.system
    var logger = HarnessOptions.quietLogger
    var latency = Latency.none
    var store = HarnessStore.memory
    /// Nil: where `store` says.
    var accessTokens: (any AccessTokenStore)?
    /// The clients begin when the gateway has its first token, so that no trouble that they make hits its fetch.
    var isTokenAwaited = true
    var configure: @Sendable (inout GatewayConfiguration) -> Void = { _ in }

    static var quietLogger: Logger {
        var logger = Logger(label: "integration")
        logger.logLevel = .critical
        return logger
    }
}

/// Runs gateway and simulators while blocking clients talk to them, then proves that every loop closed empty.
func withGateway(
    _ change: @Sendable (inout HarnessOptions) -> Void = { _ in },
    sourceLocation: SourceLocation = #_sourceLocation,
    _ clients: @escaping @Sendable (GatewayHarness) throws -> Void
) async throws {
    var options = HarnessOptions()
    change(&options)
    var simulators: [Simulator] = []
    var services: [SimulatorService] = []
    var ports: [UInt16] = []
    let made = options.simulators.isEmpty ? nil : options.simulators
    for index in 0..<(made?.count ?? options.bases) {
        let simulator = made?[index] ?? Simulator(SimulatorConfiguration(latency: options.latency))
        var app = SimulatedApp(appid: DefaultApp.appid, secret: DefaultApp.secret)
        // Tests log one user in more often than any phone would.
        app.loginsPerUserMinuteMax = 1_000_000
        try simulator.putApp(app)
        let service = try SimulatorService(simulator, logger: HarnessOptions.quietLogger)
        ports.append(try await service.start())
        simulators.append(simulator)
        services.append(service)
    }
    var configuration = try GatewayConfiguration.ofTests(bases: ports.map { "http://127.0.0.1:\($0)" })
    configuration.loops = options.loops
    options.configure(&configuration)
    let directory = try WorkingDirectory()
    let embedded =
        options.store == .embedded ? try EmbeddedStore(directory: directory.path, logger: options.logger) : nil
    let (users, sessions) = (MemoryUserStore(), MemorySessionStore())
    let gateway = try await RunningGateway.start(
        configuration,
        users: embedded?.users ?? users,
        sessions: embedded?.sessions ?? sessions,
        logins: embedded?.logins ?? MemoryLoginStore(users: users, sessions: sessions),
        accessTokens: options.accessTokens ?? embedded?.accessTokens ?? MemoryAccessTokenStore(),
        clock: options.clock,
        logger: options.logger
    )
    let harness = GatewayHarness(gateway: gateway, simulators: simulators, simulatorPorts: ports)
    let isTokenAwaited = options.isTokenAwaited
    let result = try await onThreadOfItsOwn {
        if isTokenAwaited { _ = try harness.untilKept() }
        try clients(harness)
    }
    var leaks = await harness.stop()
    await offPool { embedded?.close() }
    for service in services {
        await service.drain(timeoutMilliseconds: 100)
        leaks += await offPool { service.join() }
    }
    #expect(leaks.isEmpty, "handles left open", sourceLocation: sourceLocation)
    try result.get()
}

extension GatewayConfiguration {
    /// The default app at these bases.
    static func ofTests(bases: [String]) throws -> GatewayConfiguration {
        var configuration = GatewayConfiguration(
            tokenKeys: [try SigningKey((0..<32).map { UInt8($0) })],
            dataKeys: [try DataKey((0..<32).map { UInt8($0) })]
        )
        configuration.apps = [try app(DefaultApp.appid)]
        configuration.upstream.bases = bases
        configuration.drainMilliseconds = 5_000
        // Tests count the calls of WeChat; those of the codes ask for a pool.
        configuration.qr.poolSize = 0
        return configuration
    }

    /// Another app than the default one, with the same secret.
    static func secondApp() throws -> App { try app("wx00000000000000b2") }

    private static func app(_ id: String) throws -> App {
        let secret = try #require(AppSecret(DefaultApp.secret))
        return App(weChat: WeChatApp(id: try #require(AppID(id)), secret: secret))
    }
}

/// Runs blocking code on a thread that nothing else uses, in a task, so that failed expectations know their test.
private func onThreadOfItsOwn(_ body: @escaping @Sendable () throws -> Void) async throws -> Result<Void, any Error> {
    let thread = try EventLoopThread(name: "clients")
    let result = await Task(executorPreference: thread.loop) { try body() }.result
    _ = await joined(thread)
    return result
}

/// Looks again and again until the condition holds; fails after ten seconds.
func waitUntil(
    _ condition: () throws -> Bool,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    // By the clock: a condition may be a request, which takes longer than the pause.
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(10)
    repeat {
        if try condition() { return }
        usleep(1_000)
    } while clock.now < deadline
    Issue.record("waited in vain", sourceLocation: sourceLocation)
}
