internal import HTTP
internal import HTTPServer

/// `GET /internal/v1/access_token` and `POST /internal/v1/access_token/invalidate` (contract section 5).
struct AdminAccessTokenRoute {
    private static let appIDLengthMax = 64
    /// As much as WeChat asks to reserve for one.
    private static let tokenLengthMax = 512

    let authorization: AdminAuthorization
    let tokens: AccessTokenAdministration

    /// Gives the current token of an app.
    func handOut(by request: Request) async throws -> Response {
        let key = try authorization.authorize(request, for: .accessToken, call: "GET /internal/v1/access_token")
        let members = try RequestMembers(query: request.query)
        let app = try tokens.app(named: try members.text("appid", lengthMax: Self.appIDLengthMax), for: key)
        var json = JSONObjectWriter(capacity: 640)
        tokens.add(try await tokens.handOut(of: app), to: &json)
        return .json(json.finish())
    }

    /// Takes note that WeChat called a token dead, and gives the one that is current then.
    func invalidate(by request: Request) async throws -> Response {
        let key = try authorization.authorize(
            request,
            for: .accessToken,
            call: "POST /internal/v1/access_token/invalidate"
        )
        let members = try RequestMembers(body: request)
        let app = try tokens.app(named: try members.text("appid", lengthMax: Self.appIDLengthMax), for: key)
        let token = try members.requiredText("access_token", lengthMax: Self.tokenLengthMax)
        let report = try await tokens.report(token, of: app)
        var json = JSONObjectWriter(capacity: 640)
        tokens.add(report.current, to: &json)
        json.add("refreshed", report.isRefreshed)
        if let seconds = report.retryAfterSeconds { json.add("retry_after", seconds) }
        return .json(json.finish())
    }
}
