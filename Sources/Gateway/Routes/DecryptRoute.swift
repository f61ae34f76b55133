internal import HTTPServer
internal import WeChat

/// `POST /api/v1/wx/decrypt`: the JSON in data that WeChat encrypted for the token's user (contract section 3).
struct DecryptRoute {
    let sessions: SessionService
    let users: UserService

    func respond(to request: Request) async throws -> Response {
        let session = try await sessions.check(try request.bearerToken())
        let data = try RequestMembers(body: request).userData()
        guard let encrypted = data.encrypted else { throw GatewayError.invalidRequest("encryptedData is missing.") }
        return .json(try await users.decrypt(encrypted, signed: data.signed, of: session).data.json)
    }
}
