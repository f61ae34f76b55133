internal import HTTP
internal import HTTPServer

/// `POST /api/v1/wx/logout`: the token of the header, or `{"token"}` in the body (contract section 3).
struct LogoutRoute {
    /// Our tokens have some 400 bytes; the verifier refuses more than this anyway.
    private static let tokenLengthMax = 4096

    let sessions: SessionService

    func respond(to request: Request) async throws -> Response {
        try await sessions.logOut(try token(of: request))
        return .empty(.noContent)
    }

    private func token(of request: Request) throws(GatewayError) -> BearerToken {
        if let token = try request.optionalBearerToken() { return token }
        guard let text = try RequestMembers(body: request).text("token", lengthMax: Self.tokenLengthMax) else {
            throw .invalidToken(.missing)
        }
        return BearerToken(text)
    }
}
