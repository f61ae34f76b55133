internal import HTTP
internal import HTTPServer

/// `GET /cgi-bin/token` and `POST /cgi-bin/stable_token` as WeChat has them, so that an SDK needs only another base URL
/// and a key of ours in the place of the app's secret (contract section 5; wechat-api.md sections 2 and 3).
///
/// Replies have WeChat's shape and status 200, errors too.
struct WeChatTokenRoute {
    /// Longer than anything that these members may be: appids, keys and the one grant type.
    private static let textLengthMax = 512
    private static let grantType = "client_credential"

    let authorization: AdminAuthorization
    let tokens: AccessTokenAdministration

    /// The parameters stand in the query.
    func token(by request: Request) async throws -> Response {
        try await answer { () async throws in
            guard request.method != .post else { throw WeChatShapedError.mustBeGET }
            let members = try RequestMembers(query: request.query)
            return try await tokens.handOut(of: try app(in: members, of: request, call: "GET /cgi-bin/token"))
        }
    }

    /// The parameters stand in a JSON body, whose media type is none of WeChat's concern: SDKs send any.
    func stableToken(by request: Request) async throws -> Response {
        try await answer { () async throws in
            guard request.method == .post else { throw WeChatShapedError.mustBePOST }
            let members = try RequestMembers(json: request.body)
            let app = try app(in: members, of: request, call: "POST /cgi-bin/stable_token")
            // Whoever forces takes the current token for dead. That is proven here as with every other report.
            guard try members.flag("force_refresh") else { return try await tokens.handOut(of: app) }
            return try await tokens.reportCurrent(of: app).current
        }
    }

    private func app(
        in members: RequestMembers,
        of request: Request,
        call: StaticString
    ) throws -> App {
        let appID = try members.text("appid", lengthMax: Self.textLengthMax)
        let secret = try members.text("secret", lengthMax: Self.textLengthMax)
        // Before anything else is looked at, so that every use of a key is counted.
        let key = Result { () throws(GatewayError) in
            try authorization.authorize(request, by: secret, for: .accessToken, call: call)
        }
        guard let appID else { throw WeChatShapedError.appIDMissing }
        guard secret != nil else { throw WeChatShapedError.secretMissing }
        guard try members.text("grant_type", lengthMax: Self.textLengthMax) == Self.grantType else {
            throw WeChatShapedError.invalidGrantType
        }
        return try tokens.app(named: appID, for: try key.get())
    }

    private func answer(_ token: () async throws -> KeptAccessToken) async throws -> Response {
        let failure: WeChatShapedError
        do {
            var json = JSONObjectWriter(capacity: 640)
            tokens.add(try await token(), to: &json)
            return .json(json.finish())
        } catch let error as WeChatShapedError {
            failure = error
        } catch let error as AccessTokenUnavailable {
            failure = WeChatShapedError(error)
        } catch let error as GatewayError {
            // What is left is a bug, and 500.
            guard let shaped = WeChatShapedError(error) else { throw error }
            failure = shaped
        }
        return failure.response
    }
}
