internal import HTTP
internal import HTTPServer

/// `GET /api/v1/wx/session`: whether a token is good, and whose it is (contract section 3). The browser's cookie counts
/// too (section 4).
struct SessionRoute {
    let sessions: SessionService
    let cookies: WebCookies
    /// Each reply is put together here: of all replies this is the one that has to be cheap.
    private let output = OutputBuffer(capacity: 512)

    init(sessions: SessionService, cookies: WebCookies) {
        self.sessions = sessions
        self.cookies = cookies
    }

    /// The reply at once; nil when the store has to be asked.
    func respondNow(to request: Request) throws(GatewayError) -> Response? {
        let found = try cookies.withToken(of: request) { token throws(GatewayError) in
            guard let checked = try sessions.checkNow(token) else { return nil as Response? }
            return reply(checked)
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
        output.removeAll()
        output.append(literal: #"{"openid":""#)
        output.append(escaped: checked.user.openID)
        if let unionID = checked.identity.unionID {
            output.append(literal: #"","unionid":""#)
            output.append(escaped: unionID)
        }
        output.append(literal: #"","appid":""#)
        output.append(escaped: checked.user.appID)
        if let id = checked.identity.id {
            output.append(literal: #"","id":""#)
            output.append(String(id))
        }
        switch checked.session.channel {
        case .mini: output.append(literal: #"","channel":"mini","expires_in":"#)
        case .web: output.append(literal: #"","channel":"web","expires_in":"#)
        }
        output.append(decimal: checked.expiresIn)
        output.append(literal: "}")
        return .json(output.array)
    }
}
