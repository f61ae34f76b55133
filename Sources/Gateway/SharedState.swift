internal import Logging

/// What all loops of a gateway share; each member says itself that it may be used from any thread.
final class SharedState: Sendable {
    let configuration: GatewayConfiguration
    let clock: WallClock
    let apps: AppRegistry
    let addresses: ClientAddresses
    let exchange: CodeExchange
    let accessTokens: AccessTokens
    let metrics: GatewayMetrics
    let users: any UserStore
    let sessions: any SessionStore
    let failures: WeChatFailureLog
    let readiness: Readiness
    let erasures = Erasures()
    let adminAuthorization: AdminAuthorization
    let logger: Logger

    init(
        configuration: GatewayConfiguration,
        clock: WallClock,
        users: any UserStore,
        sessions: any SessionStore,
        accessTokens: any AccessTokenStore,
        logger: Logger
    ) {
        self.configuration = configuration
        self.clock = clock
        self.accessTokens = AccessTokens(store: accessTokens)
        self.users = users
        self.sessions = sessions
        self.logger = logger
        readiness = Readiness(users: users, sessions: sessions)
        adminAuthorization = AdminAuthorization(keys: configuration.admin.keys, logger: logger)
        metrics = GatewayMetrics(configuration: configuration, keyUses: adminAuthorization.uses, clock: clock)
        apps = AppRegistry(configuration.apps)
        addresses = ClientAddresses(trusted: configuration.trustedProxies, logger: logger)
        exchange = CodeExchange(replayMilliseconds: configuration.codeReplayMilliseconds)
        failures = WeChatFailureLog(logger: logger, clock: clock)
    }
}
