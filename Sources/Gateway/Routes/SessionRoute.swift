internal import HTTPServer

/// `GET /api/v1/wx/session`: whether a token is good, and whose it is (contract section 3).
struct SessionRoute {
    let sessions: SessionService
    let users: any UserStore

    func respond(to request: Request) async throws -> Response {
        let session = try await sessions.check(try request.bearerToken())
        let user = try await self.user(session.user)
        var json = JSONObjectWriter()
        json.add("openid", session.user.openID)
        json.add("unionid", user?.unionID)
        json.add("appid", session.user.appID)
        json.add("id", user?.id.map { String($0) })
        json.add("channel", session.channel.rawValue)
        json.add("expires_in", sessions.expiresIn(session))
        return .json(json.finish())
    }

    private func user(_ key: User.Key) async throws(GatewayError) -> User? {
        do throws(StoreError) {
            return try await users.user(key)
        } catch {
            throw .storeUnavailable
        }
    }
}
