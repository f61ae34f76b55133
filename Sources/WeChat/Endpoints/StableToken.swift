import HTTP
import HTTPClient

extension WeChatClient {
    /// Fetches the app's access_token (`POST /cgi-bin/stable_token`), never by force. On the loop.
    ///
    /// Repeating it does no harm: WeChat hands out the same token until its last five minutes.
    public func stableToken(app: WeChatApp) async throws(WeChatError) -> IssuedAccessToken {
        let parameters = StableTokenParameters(
            grantType: "client_credential",
            appid: app.id.string,
            secret: app.secret.string,
            forceRefresh: false
        )
        return try await post("/cgi-bin/stable_token", parameters) { response throws(WeChatError) in
            try StableTokenReply.parse(status: response.status, body: response.body)
        }
    }
}

/// The body of the request; the only call whose secret is not in the URL.
private struct StableTokenParameters: Encodable {
    let grantType: String
    let appid: String
    let secret: String
    let forceRefresh: Bool

    private enum CodingKeys: String, CodingKey {
        case grantType = "grant_type"
        case appid, secret
        case forceRefresh = "force_refresh"
    }
}
