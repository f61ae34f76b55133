internal import Logging
internal import UV

/// What all loops of a gateway share; each member says itself that it may be used from any thread.
final class SharedState: Sendable {
    let configuration: GatewayConfiguration
    let clock: WallClock
    let apps: AppRegistry
    let addresses: ClientAddresses
    let exchange: CodeExchange
    let accessTokens: AccessTokens
    let codes: QRCodes
    let metrics: GatewayMetrics
    let users: any UserStore
    let sessions: any SessionStore
    let logins: any LoginStore
    let failures: WeChatFailureLog
    let readiness: Readiness
    let erasures = Erasures()
    let tickets: any QRTicketStore
    let ticketChanges = QRTicketChanges()
    let ticketLimits: QRTicketLimits
    let pollLimits: QRPollLimits
    let ticketMetrics: QRMetrics
    let adminAuthorization: AdminAuthorization
    let logger: Logger

    /// - Parameters:
    ///   - logins: over the same users and sessions; nil: two steps of the two stores.
    ///   - homes: the loops over which background work is spread, at least one.
    init(
        configuration: GatewayConfiguration,
        clock: WallClock,
        users: any UserStore,
        sessions: any SessionStore,
        logins: (any LoginStore)?,
        accessTokens: any AccessTokenStore,
        homes: [EventLoop],
        logger: Logger
    ) {
        self.configuration = configuration
        self.clock = clock
        self.users = users
        self.sessions = sessions
        self.logins = logins ?? ComposedLoginStore(users: users, sessions: sessions, erasures: erasures)
        self.logger = logger
        readiness = Readiness(users: users, sessions: sessions)
        adminAuthorization = AdminAuthorization(keys: configuration.admin.keys, logger: logger)
        metrics = GatewayMetrics(configuration: configuration, keyUses: adminAuthorization.uses, clock: clock)
        tickets = MemoryQRTicketStore()
        ticketMetrics = QRMetrics(of: tickets, in: metrics.registry, clock: clock)
        ticketLimits = QRTicketLimits(configuration.qr)
        pollLimits = QRPollLimits(pollsPerAddress: configuration.qr.pollsPerAddress)
        ParkedPollMetrics.show(pollLimits, in: metrics.registry)
        apps = AppRegistry(configuration.apps)
        addresses = ClientAddresses(trusted: configuration.trustedProxies, logger: logger)
        exchange = CodeExchange(replayMilliseconds: configuration.codeReplayMilliseconds)
        failures = WeChatFailureLog(logger: logger, clock: clock)
        let (calls, events) = (metrics.weChatCalls, metrics.accessTokens)
        let environment = AccessTokenEnvironment(
            policy: configuration.accessTokens,
            upstream: configuration.upstream,
            store: accessTokens,
            dataKeys: configuration.dataKeys,
            clock: clock,
            failures: failures,
            logger: logger,
            observer: calls,
            onEvent: { events.count($1, appID: $0) }
        )
        let tokens = AccessTokens(of: configuration.apps, over: homes, environment)
        self.accessTokens = tokens
        codes = QRCodes(
            of: configuration.apps,
            over: homes,
            QRCodeEnvironment(
                policy: configuration.qr,
                upstream: configuration.upstream,
                accessTokens: tokens,
                clock: clock,
                failures: failures,
                logger: logger,
                observer: calls
            )
        )
        // Weak: the keepers count into the metrics.
        metrics.accessTokens.observe { [weak tokens] in
            tokens?.snapshots.compactMap { appID, kept in
                kept.map { (appID, obtainedAt: $0.obtainedAt, expiresAt: $0.expiresAt) }
            } ?? []
        }
    }
}
