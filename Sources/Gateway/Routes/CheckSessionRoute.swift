internal import HTTPServer

/// `GET /api/v1/wx/checkSession`: whether WeChat still knows the user's session_key (contract section 3).
struct CheckSessionRoute {
    let sessions: SessionService
    let users: UserService

    func respond(to request: Request) async throws -> Response {
        let session = try await sessions.check(try request.bearerToken())
        var json = JSONObjectWriter()
        json.add("valid", try await users.isSessionKeyValid(of: session, log: RequestLog(request)))
        return .json(json.finish())
    }
}
