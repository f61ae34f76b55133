internal import Logging
internal import Prometheus
internal import UV

/// What all loops of a gateway share; each member says itself that it may be used from any thread.
final class SharedState: Sendable {
    let configuration: GatewayConfiguration
    let clock: WallClock
    let apps: AppRegistry
    let addresses: ClientAddresses
    let exchange: CodeExchange
    let accessTokens: AccessTokens
    let metrics: PrometheusRegistry
    let users: any UserStore
    let sessions: any SessionStore
    let failures: WeChatFailureLog
    let readiness: Readiness
    let erasures = Erasures()
    let adminAuthorization: AdminAuthorization
    let logger: Logger

    /// - Parameter homes: the loops over which background work is spread, at least one.
    init(
        configuration: GatewayConfiguration,
        clock: WallClock,
        users: any UserStore,
        sessions: any SessionStore,
        accessTokens: any AccessTokenStore,
        homes: [EventLoop],
        logger: Logger
    ) {
        self.configuration = configuration
        self.clock = clock
        metrics = PrometheusRegistry()
        self.users = users
        self.sessions = sessions
        self.logger = logger
        readiness = Readiness(users: users, sessions: sessions)
        adminAuthorization = AdminAuthorization(keys: configuration.admin.keys, logger: logger)
        apps = AppRegistry(configuration.apps)
        addresses = ClientAddresses(trusted: configuration.trustedProxies, logger: logger)
        exchange = CodeExchange(replayMilliseconds: configuration.codeReplayMilliseconds)
        failures = WeChatFailureLog(logger: logger, clock: clock)
        let environment = AccessTokenEnvironment(
            policy: configuration.accessTokens,
            upstream: configuration.upstream,
            store: accessTokens,
            dataKeys: configuration.dataKeys,
            clock: clock,
            failures: failures,
            logger: logger
        )
        self.accessTokens = AccessTokens(of: configuration.apps, over: homes, environment)
    }
}
