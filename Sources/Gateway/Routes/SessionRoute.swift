internal import HTTP
internal import HTTPServer

/// `GET /api/v1/wx/session`: whether a token is good, and whose it is (contract section 3). The browser's cookie counts
/// too (section 4).
final class SessionRoute {
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
            // A reference to the method itself would be a closure on the heap.
            try sessions.checkNow(token) { reply($0, appID: $1, openID: $2, unionID: $3) }
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
        return try await sessions.check(token).show(reply)
    }

    private func reply(
        _ session: SessionStanding,
        appID: Span<UInt8>,
        openID: Span<UInt8>,
        unionID: Span<UInt8>?
    ) -> Response {
        output.removeAll()
        output.append(literal: #"{"openid":""#)
        output.append(escaped: openID)
        if let unionID {
            output.append(literal: #"","unionid":""#)
            output.append(escaped: unionID)
        }
        output.append(literal: #"","appid":""#)
        output.append(escaped: appID)
        if let id = session.userID {
            output.append(literal: #"","id":""#)
            output.append(String(id))
        }
        switch session.channel {
        case .mini: output.append(literal: #"","channel":"mini","expires_in":"#)
        case .web: output.append(literal: #"","channel":"web","expires_in":"#)
        }
        output.append(decimal: session.expiresIn)
        output.append(literal: "}")
        return .json(output.keptArray())
    }
}
