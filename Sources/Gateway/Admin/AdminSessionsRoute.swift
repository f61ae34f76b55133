internal import HTTP
internal import HTTPServer

/// `GET` and `DELETE` on `/internal/v1/users/<id>/sessions` (contract section 5).
struct AdminSessionsRoute {
    let authorization: AdminAuthorization
    let users: UserAdministration

    /// Lists the live sessions of a user.
    func list(by request: Request, id: Substring) async throws -> Response {
        let key = try authorization.authorize(request, for: .users, call: "GET /internal/v1/users/:id/sessions")
        var objects: [[UInt8]] = []
        for user in try await users.find(try UserSelection(id: id), with: key) {
            objects += try await users.sessions(of: user).map(json)
        }
        var json = JSONObjectWriter(capacity: 512)
        json.add("sessions", objects: objects)
        return .json(json.finish())
    }

    /// Ends them all.
    func revoke(by request: Request, id: Substring) async throws -> Response {
        let key = try authorization.authorize(request, for: .users, call: "DELETE /internal/v1/users/:id/sessions")
        for user in try await users.find(try UserSelection(id: id), with: key) {
            try await users.revokeSessions(of: user)
        }
        return .empty(.noContent)
    }

    private func json(of session: Session) -> [UInt8] {
        var json = JSONObjectWriter()
        json.add("channel", session.channel.rawValue)
        json.add("device", session.device)
        json.add("createdAt", RFC3339Time.text(seconds: session.createdAt))
        json.add("expiresAt", RFC3339Time.text(seconds: session.endsAt))
        return json.finish()
    }
}
