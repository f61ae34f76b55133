internal import HTTP
internal import HTTPServer

/// `/auth/check` and all below it: whose the request is that a proxy is about to pass on (contract section 3).
///
/// 200, 401 or 503: proxies let a request pass, refuse it, or take any other status for a fault of their own.
struct AuthCheckRoute {
    let cookies: WebCookies
    /// Checks a token: `SessionService.check`.
    let sessionOf: (BearerToken) async throws(GatewayError) -> CheckedSession

    func respond(to request: Request) async throws -> Response {
        let checked = try await check(try token(of: request))
        // All of them, always: a proxy replaces what the client sent only by what it is given.
        let identity = [
            ("X-Wx-Appid", checked.user.appID),
            ("X-Wx-Openid", checked.user.openID),
            ("X-Wx-Unionid", checked.identity.unionID ?? ""),
            ("X-Wx-User-Id", checked.identity.id.map { String($0) } ?? ""),
            ("X-Wx-Channel", checked.session.channel.rawValue),
        ]
        guard identity.allSatisfy({ AuthCheckRoute.isVisible($0.1) }) else { throw AuthCheckRoute.unavailable }
        var response = Response.empty(.ok)
        response.headers += identity
        return response
    }

    private func token(of request: Request) throws(GatewayError) -> BearerToken {
        guard let token = try cookies.token(of: request) else { throw .invalidToken(.missing) }
        return token
    }

    private func check(_ token: BearerToken) async throws -> CheckedSession {
        do throws(GatewayError) {
            return try await sessionOf(token)
        } catch {
            switch error {
            case .invalidToken, .storeUnavailable: throw error
            default: throw AuthCheckRoute.unavailable
            }
        }
    }

    /// Whether a proxy hands the value on as it is: no control character can end the field, and no byte beyond ASCII
    /// means something else to the backend.
    private static func isVisible(_ value: String) -> Bool {
        value.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// What is 500 elsewhere: a proxy would not know it from its own.
    private static let unavailable = Problem.overloaded("Sessions cannot be checked at the moment.")
}
