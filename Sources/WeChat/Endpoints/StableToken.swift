import HTTP
import HTTPClient

extension WeChatClient {
    /// Fetches the app's access_token (`POST /cgi-bin/stable_token`). On the loop.
    ///
    /// Repeating it without force does no harm: WeChat hands out the same token until its last five minutes.
    ///
    /// - Parameter isForced: for a token that is proven dead: WeChat makes a new one and kills the one before, 20 times a
    ///   day at most and 30 s apart. Such a call is never repeated.
    public func stableToken(app: WeChatApp, isForced: Bool = false) async throws(WeChatError) -> IssuedAccessToken {
        let parameters = StableTokenParameters(
            grantType: "client_credential",
            appid: app.id.string,
            secret: app.secret.string,
            forceRefresh: isForced
        )
        // The budget of forced calls knows of one; a plain one does no harm.
        return try await post(
            .stableToken,
            app: app.id,
            "/cgi-bin/stable_token",
            parameters,
            retriesBusy: !isForced
        ) { response throws(WeChatError) in
            try AccessTokenReply.parse(status: response.status, body: response.body)
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
