internal import HTTPServer

/// `GET /api/v1/wx/userInfo`: what is known of the token's user (contract section 3).
struct UserInfoRoute {
    let sessions: SessionService
    let users: UserService

    func respond(to request: Request) async throws -> Response {
        let session = try await sessions.check(try request.bearerToken())
        return .json(UserInfoReply(user: try await users.user(of: session)).json())
    }
}
