internal import HTTPServer

/// `POST /api/v1/wx/session/refresh`: the next token of the same session (contract section 3).
struct RefreshRoute {
    let sessions: SessionService
    let users: any UserStore

    func respond(to request: Request) async throws -> Response {
        let issued = try await sessions.refresh(try request.bearerToken())
        let found = try await StoreError.ask { () throws(StoreError) in try await users.user(issued.user) }
        // Erased in this moment, and the session with him.
        guard let user = found else { throw GatewayError.invalidToken(.replaced) }
        let reply = LoginReply(
            token: issued.token,
            isNew: false,
            user: user,
            expiresIn: issued.expiresIn
        )
        return .json(reply.json())
    }
}
