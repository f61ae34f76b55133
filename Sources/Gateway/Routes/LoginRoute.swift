internal import HTTP
internal import HTTPServer
internal import WeChat

/// `POST /api/v1/wx/login`, also GET with a query (contract section 3).
struct LoginRoute {
    private static let shortLengthMax = 64
    private static let codeLengthMax = 256

    let apps: AppRegistry
    let addresses: ClientAddresses
    let service: LoginService

    func attempt(_ request: Request) throws -> LoginAttempt {
        let isPost = request.method == .post
        let members = try isPost ? RequestMembers(body: request) : RequestMembers(query: request.query)
        let login = try parse(members, of: request, isPost: isPost)
        return LoginAttempt(login, in: request, by: service)
    }

    private func parse(
        _ members: RequestMembers,
        of request: Request,
        isPost: Bool
    ) throws(GatewayError) -> LoginRequest {
        let text = try members.requiredText("code", lengthMax: Self.codeLengthMax)
        guard let code = LoginCode(text) else {
            throw .invalidRequest("code is not 1 to 256 of A-Z, a-z, 0-9, _, - and dot.")
        }
        let appID = try members.text("appid", lengthMax: Self.shortLengthMax)
        let nonce = try members.text("nonce", lengthMax: Self.shortLengthMax)
        let device = try members.text("device", lengthMax: Self.shortLengthMax)
        let userData = try members.userData()
        return LoginRequest(
            app: try apps.app(named: appID),
            code: code,
            userData: userData,
            device: device,
            client: ClientIdentity(nonce: nonce, address: addresses.address(of: request)),
            isPost: isPost
        )
    }
}
