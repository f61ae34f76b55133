internal import HTTP
internal import HTTPServer

/// `/auth/check` and all below it: whose the request is that a proxy is about to pass on (contract section 3).
///
/// 200, 401 or 503: proxies let a request pass, refuse it, or take any other status for a fault of their own.
struct AuthCheckRoute {
    let cookies: WebCookies
    /// Checks a token: `SessionService.check`.
    let sessionOf: (BearerToken) async throws(GatewayError) -> CheckedSession
    /// Checks one without a wait: `SessionService.checkNow`.
    var sessionNow: (Span<UInt8>) throws(GatewayError) -> CheckedSession? = { _ in nil }

    /// The reply at once; nil when the store has to be asked.
    func respondNow(to request: Request) throws -> Response? {
        let found: CheckedSession?
        do throws(GatewayError) {
            guard let token = try cookies.withToken(of: request, sessionNow) else { throw .invalidToken(.missing) }
            found = token
        } catch {
            throw AuthCheckRoute.fault(error)
        }
        return try found.map { try reply($0) }
    }

    func respond(to request: Request) async throws -> Response {
        let found: CheckedSession
        do throws(GatewayError) {
            guard let token = try cookies.token(of: request) else { throw .invalidToken(.missing) }
            found = try await sessionOf(token)
        } catch {
            throw AuthCheckRoute.fault(error)
        }
        return try reply(found)
    }

    private func reply(_ checked: CheckedSession) throws -> Response {
        let (user, identity) = (checked.user, checked.identity)
        let unionID = identity.unionID ?? ""
        guard
            AuthCheckRoute.isVisible(user.appID),
            AuthCheckRoute.isVisible(user.openID),
            AuthCheckRoute.isVisible(unionID)
        else { throw AuthCheckRoute.unavailable }
        // All of them, always: a proxy replaces what the client sent only by what it is given.
        return Response(
            headers: [
                ("Cache-Control", "no-store"),
                ("X-Wx-Appid", user.appID),
                ("X-Wx-Openid", user.openID),
                ("X-Wx-Unionid", unionID),
                ("X-Wx-User-Id", identity.id.map { String($0) } ?? ""),
                ("X-Wx-Channel", checked.session.channel.rawValue),
            ]
        )
    }

    /// What a proxy may be told of an error.
    private static func fault(_ error: GatewayError) -> any Error {
        switch error {
        case .invalidToken, .storeUnavailable: error
        default: unavailable
        }
    }

    /// Whether a proxy hands the value on as it is: no control character can end the field, and no byte beyond ASCII
    /// means something else to the backend.
    private static func isVisible(_ value: String) -> Bool {
        let bytes = value.utf8Span.span
        for index in bytes.indices where !(0x21...0x7E).contains(bytes[index]) { return false }
        return true
    }

    /// What is 500 elsewhere: a proxy would not know it from its own.
    private static let unavailable = Problem.overloaded("Sessions cannot be checked at the moment.")
}
