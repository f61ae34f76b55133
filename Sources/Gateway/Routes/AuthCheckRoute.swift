internal import HTTP
internal import HTTPServer

/// `/auth/check` and all below it: whose the request is that a proxy is about to pass on (contract section 3).
///
/// 200, 401 or 503: proxies let a request pass, refuse it, or take any other status for a fault of their own.
struct AuthCheckRoute {
    /// The cookie that a web login leaves in the browser (contract section 4).
    static let cookieName = "wxgate_session"

    /// Checks a token: `SessionService.check`.
    let sessionOf: (BearerToken) async throws(GatewayError) -> CheckedSession

    func respond(to request: Request) async throws -> Response {
        let checked = try await check(try AuthCheckRoute.token(of: request))
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

    /// The token of `Authorization: Bearer`, else of the cookie: a header is set on purpose, a cookie goes along with
    /// everything. Another scheme is somebody else's business and hides no cookie.
    ///
    /// - Throws: `invalidToken`; `malformed` also for cookies that differ. A neighbour of the host may plant a second
    ///   one, and nothing tells which is the browser's own (RFC 6265 sections 4.2.2 and 8.6).
    static func token(of request: Request) throws(GatewayError) -> BearerToken {
        if request.headers.all("authorization").contains(where: isBearer) { return try request.bearerToken() }
        let cookies = request.headers.cookies(named: cookieName)
        guard let cookie = cookies.first else { throw .invalidToken(.missing) }
        guard cookies.allSatisfy({ $0 == cookie }) else { throw .invalidToken(.malformed) }
        return BearerToken(cookie)
    }

    private static func isBearer(_ authorization: String) -> Bool {
        authorization.prefix { $0 != " " }.lowercased() == "bearer"
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
