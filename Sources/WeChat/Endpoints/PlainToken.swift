import HTTP
import HTTPClient

extension WeChatClient {
    /// Fetches a new access_token (`GET /cgi-bin/token`), which ends the one before in five minutes. On the loop.
    ///
    /// Never repeated, because WeChat allows 2,000 a day. Its tokens and those of ``stableToken(app:isForced:)`` know
    /// nothing of each other.
    public func plainToken(app: WeChatApp) async throws(WeChatError) -> IssuedAccessToken {
        let target =
            "/cgi-bin/token?grant_type=client_credential&appid=\(app.id.string)"
            + "&secret=\(PercentEncoding.encode(app.secret.string))"
        return try await get(.token, app: app.id, target, retriesBusy: false) { response throws(WeChatError) in
            try AccessTokenReply.parse(status: response.status, body: response.body)
        }
    }
}
