internal import HTTPClient
internal import HTTPServer
internal import OpenSSL
internal import UV
internal import WeChat

/// The services of one loop, built over what all loops share. Loop-confined.
final class LoopServices {
    let apps: AppRegistry
    let addresses: ClientAddresses
    let origins: OriginPolicy
    let cookies: WebCookies
    let cors: CORSPolicy?
    let users: any UserStore
    let profiles: ProfileService
    let sessions: SessionService
    let userService: UserService
    let administration: UserAdministration
    let adminAuthorization: AdminAuthorization
    let accessTokens: AccessTokenAdministration
    let login: LoginService
    let readiness: Readiness
    let metrics: GatewayMetrics
    let publicKeys: JWKSRoute
    let loginPage: LoginPageRoute
    let webLogins: WebLoginRoutes
    private let weChat: WeChatClient

    /// On the loop.
    ///
    /// - Throws: `ClientError` or `OpenSSLError` when a library cannot start.
    init(on loop: EventLoop, shared: SharedState) throws {
        let configuration = shared.configuration
        let records = try RecordCipher(keys: configuration.dataKeys)
        let sessions = try SessionService(
            store: shared.sessions,
            policy: configuration.sessions,
            keys: configuration.tokenKeys,
            records: records,
            clock: shared.clock
        )
        let profiles = ProfileService(users: shared.users, sessions: shared.sessions)
        let checker = try UserDataChecker()
        let weChat = try WeChatClient(
            on: loop,
            configuration: configuration.upstream.client,
            logger: shared.logger,
            observer: shared.metrics.weChatCalls
        )
        self.weChat = weChat
        self.sessions = sessions
        self.profiles = profiles
        apps = shared.apps
        addresses = shared.addresses
        origins = OriginPolicy(listed: configuration.web.origins, addresses: shared.addresses)
        cookies = WebCookies(keepsSessions: configuration.web.setsCookie)
        cors = CORSPolicy(origins: configuration.web.origins)
        users = shared.users
        readiness = shared.readiness
        metrics = shared.metrics
        publicKeys = JWKSRoute(keys: configuration.tokenKeys)
        loginPage = LoginPageRoute(content: .embedded, apps: shared.apps, web: configuration.web)
        webLogins = try WebLoginRoutes(
            on: loop,
            shared: shared,
            sessions: sessions,
            records: records,
            origins: origins,
            cookies: cookies
        )
        adminAuthorization = shared.adminAuthorization
        administration = UserAdministration(
            apps: shared.apps,
            users: shared.users,
            sessions: shared.sessions,
            records: records,
            erasures: shared.erasures,
            clock: shared.clock
        )
        accessTokens = AccessTokenAdministration(
            on: loop,
            apps: shared.apps,
            source: shared.accessTokens,
            clock: shared.clock
        )
        userService = UserService(
            users: shared.users,
            profiles: profiles,
            keys: SessionKeyVault(users: shared.users, records: records, clock: shared.clock),
            checker: checker,
            records: records,
            apps: shared.apps,
            weChat: WeChatUserCalls(weChat: weChat, accessTokens: shared.accessTokens),
            clock: shared.clock,
            failures: shared.failures
        )
        let codes = ExchangeService(
            exchange: shared.exchange,
            weChat: weChat,
            clock: shared.clock,
            failures: shared.failures
        )
        login = try LoginService(
            on: loop,
            codes: codes,
            logins: shared.logins,
            profiles: profiles,
            sessions: sessions,
            checker: checker,
            records: records,
            clock: shared.clock
        )
    }

    /// Ends what the services still do; calls of WeChat end as cancelled.
    func close() {
        weChat.close()
    }
}
