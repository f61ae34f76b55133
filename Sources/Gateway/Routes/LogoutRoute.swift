internal import HTTP
internal import HTTPServer

/// `POST /api/v1/wx/logout`: the token of the header, or `{"token"}` in the body (contract section 3), or the browser's
/// cookie, which only our own pages may use (section 4).
struct LogoutRoute {
    /// Our tokens have some 400 bytes; the verifier refuses more than this anyway.
    private static let tokenLengthMax = 4096

    let sessions: SessionService
    let cookies: WebCookies
    let origins: OriginPolicy

    func respond(to request: Request) async throws -> Response {
        guard let token = try explicitToken(of: request) else { return try await logOutByCookie(of: request) }
        // A page may know the token that its cookie holds as well. Cookies that differ do not matter then.
        guard (try? cookies.session(of: request)) == token else { return try await logOut(by: token) }
        return try await clearing(request) { () async throws(GatewayError) in try await sessions.logOut(token) }
    }

    private func logOutByCookie(of request: Request) async throws -> Response {
        // Without a cookie it is the header that is missing, or of a scheme that we do not know.
        guard cookies.hasSession(request) else { return try await logOut(by: request.bearerToken()) }
        try origins.requireOwn(request)
        return try await clearing(request) { () async throws(GatewayError) in
            guard let token = try cookies.session(of: request) else { throw .invalidToken(.missing) }
            try await sessions.logOut(token)
        }
    }

    private func logOut(by token: BearerToken) async throws(GatewayError) -> Response {
        try await sessions.logOut(token)
        return .empty(.noContent)
    }

    /// Takes the cookie away when `logOut` has ended its session, and when that was dead before: it is of no use.
    private func clearing(
        _ request: Request,
        _ logOut: () async throws(GatewayError) -> Void
    ) async throws -> Response {
        let field = cookies.clearSession(isSecure: origins.isSecure(request))
        do throws(GatewayError) {
            try await logOut()
        } catch {
            guard case .invalidToken = error, let field else { throw error }
            var problem = error.problem
            problem.headers.append(field)
            throw problem
        }
        var response = Response.empty(.noContent)
        if let field { response.headers.append(field) }
        return response
    }

    private func explicitToken(of request: Request) throws(GatewayError) -> BearerToken? {
        if request.hasBearerScheme { return try request.bearerToken() }
        let text = try RequestMembers(body: request).text("token", lengthMax: Self.tokenLengthMax)
        return text.map { BearerToken($0) }
    }
}
