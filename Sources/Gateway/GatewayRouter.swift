internal import HTTP
internal import HTTPServer
internal import Logging

/// The route table of the public listener, one line a route.
enum GatewayRouter {
    /// Makes the router of one loop over that loop's services.
    static func make(over services: LoopServices, logger: Logger) -> Router {
        let login = LoginRoute(apps: services.apps, addresses: services.addresses, service: services.login)
        let logout = LogoutRoute(sessions: services.sessions, cookies: services.cookies, origins: services.origins)
        let refresh = RefreshRoute(sessions: services.sessions, users: services.users)
        let session = SessionRoute(sessions: services.sessions, cookies: services.cookies)
        let userInfo = UserInfoRoute(sessions: services.sessions, users: services.userService)
        let saveUserInfo = SaveUserInfoRoute(sessions: services.sessions, users: services.userService)
        let phone = PhoneRoute(sessions: services.sessions, users: services.userService)
        let decrypt = DecryptRoute(sessions: services.sessions, users: services.userService)
        let checkSession = CheckSessionRoute(sessions: services.sessions, users: services.userService)
        let health = HealthRoutes(readiness: services.readiness, tellsReasons: false)
        let authCheck = AuthCheckRoute(
            cookies: services.cookies,
            sessionOf: services.sessions.check,
            checkNow: { token, show throws(GatewayError) in try services.sessions.checkNow(token, show) }
        )

        let router = Router(logger: logger, policy: services.cors)
        router.onPromising(.post, "/api/v1/wx/login") { try login.attempt($0) }
        router.onPromising(.get, "/api/v1/wx/login") { try login.attempt($0) }
        router.on(.post, "/api/v1/wx/logout") { try await logout.respond(to: $0) }
        router.getNow("/api/v1/wx/session") { try session.respondNow(to: $0) }
        router.get("/api/v1/wx/session") { try await session.respond(to: $0) }
        router.on(.post, "/api/v1/wx/session/refresh") { try await refresh.respond(to: $0) }
        router.get("/api/v1/wx/userInfo") { try await userInfo.respond(to: $0) }
        router.on(.post, "/api/v1/wx/saveUserInfo") { try await saveUserInfo.respond(to: $0) }
        router.on(.post, "/api/v1/wx/phone") { try await phone.respond(to: $0) }
        router.on(.post, "/api/v1/wx/decrypt") { try await decrypt.respond(to: $0) }
        router.get("/api/v1/wx/checkSession") { try await checkSession.respond(to: $0) }
        router.onAnyNow("/auth/check", andBelow: true, body: .discard) { try authCheck.respondNow(to: $0) }
        router.onAny("/auth/check", andBelow: true, body: .discard) { try await authCheck.respond(to: $0) }
        services.webLogins.add(to: router)
        let page = services.loginPage
        router.getNow("/login") { page.page($0) }
        router.getNow("/login.js") { page.script($0) }
        router.getNow("/login.css") { page.style($0) }
        router.getNow("/wxgate.js") { page.widget($0) }
        router.getNow("/.well-known/jwks.json") { services.publicKeys.keys($0) }
        router.getNow("/healthz") { health.health($0) }
        router.getNow("/readyz") { health.ready($0) }
        return router
    }
}
