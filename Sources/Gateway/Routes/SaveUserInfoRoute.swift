internal import HTTPServer

/// `POST /api/v1/wx/saveUserInfo`: name and picture of the token's user (contract section 3).
struct SaveUserInfoRoute {
    /// In Unicode scalars, of which one character as people count them may have many; the service counts those.
    private static let nickNameLengthMax = 512
    private static let avatarURLLengthMax = 1024
    private static let openIDLengthMax = 128

    let sessions: SessionService
    let users: UserService

    func respond(to request: Request) async throws -> Response {
        let session = try await sessions.check(try request.bearerToken())
        let members = try RequestMembers(body: request)
        // First of all: tutorials' clients name the user whose profile is to be overwritten.
        if let openID = try members.text("openid", lengthMax: Self.openIDLengthMax), openID != session.user.openID {
            throw GatewayError.forbidden("openid is not that of the token.")
        }
        let update = ProfileUpdate(
            nickName: try members.text("nickName", lengthMax: Self.nickNameLengthMax),
            avatarURL: try members.text("avatarUrl", lengthMax: Self.avatarURLLengthMax),
            userData: try members.userData()
        )
        return .json(UserInfoReply(user: try await users.save(update, of: session)).json())
    }
}
