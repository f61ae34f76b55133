internal import HTTP
internal import HTTPServer

/// `GET` and `DELETE` on `/internal/v1/users/<id>` and `/internal/v1/users?…` (contract section 5).
struct AdminUsersRoute {
    let authorization: AdminAuthorization
    let users: UserAdministration

    /// One user by his numeric id.
    func find(by request: Request, id: Substring) async throws -> Response {
        let key = try authorization.authorize(request, for: .users, call: "GET /internal/v1/users/:id")
        let found = try await users.find(try UserSelection(id: id), with: key)
        guard let user = found.first else { throw GatewayError.noSuchUser }
        return .json(try json(of: user, for: key))
    }

    /// One user by appid and openid, or a list of those with one unionid.
    func find(by request: Request) async throws -> Response {
        let key = try authorization.authorize(request, for: .users, call: "GET /internal/v1/users")
        let selection = try UserSelection(query: request.query, apps: users.apps)
        let found = try await users.find(selection, with: key)
        let objects = try found.map { try json(of: $0, for: key) }
        if case .unionID = selection {
            var json = JSONObjectWriter(capacity: 512)
            json.add("users", objects: objects)
            return .json(json.finish())
        }
        guard let object = objects.first else { throw GatewayError.noSuchUser }
        return .json(object)
    }

    /// Erases one user by his numeric id.
    func erase(by request: Request, id: Substring) async throws -> Response {
        let key = try authorization.authorize(request, for: .users, call: "DELETE /internal/v1/users/:id")
        try await users.erase(try UserSelection(id: id), with: key)
        return .empty(.noContent)
    }

    /// Erases one user by appid and openid, or all with one unionid.
    func erase(by request: Request) async throws -> Response {
        let key = try authorization.authorize(request, for: .users, call: "DELETE /internal/v1/users")
        try await users.erase(try UserSelection(query: request.query, apps: users.apps), with: key)
        return .empty(.noContent)
    }

    private func json(of user: User, for key: AdminKey) throws(GatewayError) -> [UInt8] {
        var json = JSONObjectWriter(capacity: 384)
        json.add("id", user.id.map { String($0) })
        json.add("appid", user.key.appID)
        json.add("openid", user.key.openID)
        json.add("unionid", user.unionID)
        user.addProfile(to: &json)
        if key.scopes.contains(.phone), let phone = try users.phone(of: user) { phone.add(to: &json) }
        return json.finish()
    }
}
