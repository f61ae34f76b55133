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
    var checkNow: (Span<UInt8>, SessionStanding.Show<Reply>) throws(GatewayError) -> Reply? = { _, _ in nil }

    /// Each reply's lines are put together here: one for each request that a proxy passes on.
    private let output = OutputBuffer(capacity: 512)

    typealias Reply = Result<Response, Problem>

    /// The reply at once; nil when the store has to be asked.
    func respondNow(to request: Request) throws -> Response? {
        let found: Reply?
        do throws(GatewayError) {
            let checked = try cookies.withToken(of: request) { token throws(GatewayError) in
                try checkNow(token) { reply($0, appID: $1, openID: $2, unionID: $3) }
            }
            guard let checked else { throw .invalidToken(.missing) }
            found = checked
        } catch {
            throw AuthCheckRoute.fault(error)
        }
        return try found?.get()
    }

    func respond(to request: Request) async throws -> Response {
        let found: CheckedSession
        do throws(GatewayError) {
            guard let token = try cookies.token(of: request) else { throw .invalidToken(.missing) }
            found = try await sessionOf(token)
        } catch {
            throw AuthCheckRoute.fault(error)
        }
        return try found.show(reply).get()
    }

    private func reply(
        _ session: SessionStanding,
        appID: Span<UInt8>,
        openID: Span<UInt8>,
        unionID: Span<UInt8>?
    ) -> Reply {
        guard AuthCheckRoute.isVisible(appID), AuthCheckRoute.isVisible(openID) else {
            return .failure(AuthCheckRoute.unavailable)
        }
        // All of them, always: a proxy replaces what the client sent only by what it is given.
        output.removeAll()
        output.append(literal: "X-Wx-Appid: ")
        output.append(appID)
        output.append(literal: "\r\nX-Wx-Openid: ")
        output.append(openID)
        output.append(literal: "\r\nX-Wx-Unionid: ")
        if let unionID {
            guard AuthCheckRoute.isVisible(unionID) else { return .failure(AuthCheckRoute.unavailable) }
            output.append(unionID)
        }
        output.append(literal: "\r\nX-Wx-User-Id: ")
        if let id = session.userID { output.append(String(id)) }
        switch session.channel {
        case .mini: output.append(literal: "\r\nX-Wx-Channel: mini\r\n")
        case .web: output.append(literal: "\r\nX-Wx-Channel: web\r\n")
        }
        return .success(.empty(preparedLines: output.keptArray()))
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
    private static func isVisible(_ bytes: Span<UInt8>) -> Bool {
        for index in bytes.indices where !(0x21...0x7E).contains(bytes[index]) { return false }
        return true
    }

    /// What is 500 elsewhere: a proxy would not know it from its own.
    private static let unavailable = Problem.overloaded("Sessions cannot be checked at the moment.")
}
