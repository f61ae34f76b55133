internal import HTTP
internal import HTTPServer
internal import Logging

/// The route table of the operator's listener, one line a route.
enum AdminRouter {
    /// Makes the router of one loop over that loop's services.
    static func make(over services: LoopServices, logger: Logger) -> Router {
        let health = HealthRoutes(readiness: services.readiness, tellsReasons: true) { services.accessTokens.troubles }
        let tokens = AdminAccessTokenRoute(
            authorization: services.adminAuthorization,
            tokens: services.accessTokens
        )
        let weChatTokens = WeChatTokenRoute(authorization: services.adminAuthorization, tokens: services.accessTokens)
        let users = AdminUsersRoute(authorization: services.adminAuthorization, users: services.administration)
        let sessions = AdminSessionsRoute(authorization: services.adminAuthorization, users: services.administration)
        let metrics = MetricsRoute(metrics: services.metrics)

        let router = Router(logger: logger)
        router.getNow("/healthz") { health.health($0) }
        router.getNow("/readyz") { health.ready($0) }
        router.getNow("/metrics") { metrics.text($0) }
        router.get("/internal/v1/access_token") { try await tokens.handOut(by: $0) }
        router.on(.post, "/internal/v1/access_token/invalidate") { try await tokens.invalidate(by: $0) }
        // The method that WeChat does not take gets WeChat's own words.
        router.get("/cgi-bin/token") { try await weChatTokens.token(by: $0) }
        router.on(.post, "/cgi-bin/token") { try await weChatTokens.token(by: $0) }
        router.get("/cgi-bin/stable_token") { try await weChatTokens.stableToken(by: $0) }
        router.on(.post, "/cgi-bin/stable_token") { try await weChatTokens.stableToken(by: $0) }
        router.get("/internal/v1/users") { try await users.find(by: $0) }
        router.on(.delete, "/internal/v1/users") { try await users.erase(by: $0) }
        router.get("/internal/v1/users/:id") { try await users.find(by: $0, id: $1) }
        router.on(.delete, "/internal/v1/users/:id") { try await users.erase(by: $0, id: $1) }
        router.get("/internal/v1/users/:id/sessions") { try await sessions.list(by: $0, id: $1) }
        router.on(.delete, "/internal/v1/users/:id/sessions") { try await sessions.revoke(by: $0, id: $1) }
        return router
    }
}
