import HTTP
import HTTPClient

extension WeChatClient {
    /// Exchanges a login code for its user (`GET /sns/jscode2session`). On the loop; needs no access_token.
    ///
    /// A code is good for one exchange: see `CallPlan` for the little that is repeated. After `.timeout` and
    /// `.connection` nobody knows whether WeChat has used the code up.
    public func code2Session(app: WeChatApp, code: LoginCode) async throws(WeChatError) -> WeChatSession {
        // Neither an AppID nor a LoginCode contains anything that would need escaping.
        let target =
            "/sns/jscode2session?appid=\(app.id.string)&secret=\(PercentEncoding.encode(app.secret.string))"
            + "&js_code=\(code.string)&grant_type=authorization_code"
        return try await get(.jscode2session, app: app.id, target) { response throws(WeChatError) in
            try Code2SessionReply.parse(status: response.status, body: response.body)
        }
    }
}
