internal import HTTPServer

/// `GET /api/v1/wx/session`: whether a token is good, and whose it is (contract section 3). The browser's cookie counts
/// too (section 4).
struct SessionRoute {
    let sessions: SessionService
    let cookies: WebCookies

    func respond(to request: Request) async throws -> Response {
        let token = try cookies.token(of: request) ?? request.bearerToken()
        let checked = try await sessions.check(token)
        var json = JSONObjectWriter()
        json.add("openid", checked.user.openID)
        json.add("unionid", checked.identity.unionID)
        json.add("appid", checked.user.appID)
        json.add("id", checked.identity.id.map { String($0) })
        json.add("channel", checked.session.channel.rawValue)
        json.add("expires_in", sessions.seconds(until: checked.validUntil))
        return .json(json.finish())
    }
}
