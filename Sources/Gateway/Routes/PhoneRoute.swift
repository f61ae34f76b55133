internal import HTTPServer
internal import WeChat

/// `POST /api/v1/wx/phone`: binds the phone number of the token's user (contract section 3).
struct PhoneRoute {
    private static let codeLengthMax = 256

    let sessions: SessionService
    let users: UserService

    func respond(to request: Request) async throws -> Response {
        let session = try await sessions.check(try request.bearerToken())
        let phone = try parse(try RequestMembers(body: request))
        return .json(try await users.bindPhone(phone, of: session, log: RequestLog(request)).json())
    }

    private func parse(_ members: RequestMembers) throws(GatewayError) -> PhoneRequest {
        switch (try members.text("code", lengthMax: Self.codeLengthMax), try members.encryptedData()) {
        case (let text?, nil):
            guard let code = PhoneCode(text) else {
                throw .invalidRequest("code is not 1 to 256 of A-Z, a-z, 0-9, _, - and dot.")
            }
            return .code(code)
        case (nil, let encrypted?): return .encrypted(encrypted)
        case (nil, nil): throw .invalidRequest("code is missing, and so are encryptedData and iv.")
        case (_?, _?): throw .invalidRequest("code and encryptedData are both there; send one of them.")
        }
    }
}
