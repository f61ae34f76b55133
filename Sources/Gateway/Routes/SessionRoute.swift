internal import HTTPServer

/// `GET /api/v1/wx/session`: whether a token is good, and whose it is (contract section 3). The browser's cookie counts
/// too (section 4).
struct SessionRoute {
    let sessions: SessionService
    let cookies: WebCookies

    /// The reply at once; nil when the store has to be asked.
    func respondNow(to request: Request) throws(GatewayError) -> Response? {
        let found = try cookies.withToken(of: request) { token throws(GatewayError) in
            try sessions.checkNow(token).map { reply($0) }
        }
        guard let found else {
            // Missing, unless there is a header that can be no token.
            _ = try request.bearerToken()
            throw .invalidToken(.missing)
        }
        return found
    }

    func respond(to request: Request) async throws -> Response {
        let token = try cookies.token(of: request) ?? request.bearerToken()
        return reply(try await sessions.check(token))
    }

    private func reply(_ checked: CheckedSession) -> Response {
        var json = JSONObjectWriter()
        json.add("openid", checked.user.openID)
        json.add("unionid", checked.identity.unionID)
        json.add("appid", checked.user.appID)
        json.add("id", checked.identity.id.map { String($0) })
        json.add("channel", checked.session.channel.rawValue)
        json.add("expires_in", checked.expiresIn)
        return .json(json.finish())
    }
}
