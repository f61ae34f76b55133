import HTTP
import HTTPClient
import OpenSSL

extension WeChatClient {
    /// Asks whether a session_key is still the user's current one (`GET /wxa/checksession`). On the loop.
    public func checkSession(
        app: WeChatApp,
        openID: String,
        sessionKey: SessionKey,
        accessToken: AccessToken
    ) async throws(WeChatError) -> Bool {
        let signature: String
        do throws(OpenSSLError) {
            signature = try SessionKeySignature.make(sessionKey: sessionKey)
        } catch {
            // Out of memory, in effect: the call is not made.
            throw .connection(reason: error.description)
        }
        // The signature is hexadecimal.
        let target =
            "/wxa/checksession?access_token=\(PercentEncoding.encode(accessToken.string))"
            + "&openid=\(PercentEncoding.encode(openID))&signature=\(signature)&sig_method=hmac_sha256"
        do throws(WeChatError) {
            // The refusal that means "no" is thrown past the observer, who counts it by its number.
            try await get(.checkSession, app: app.id, target) { response throws(WeChatError) in
                try CheckSessionReply.parseSuccess(status: response.status, body: response.body)
            }
            return true
        } catch {
            return try CheckSessionReply.isCurrent(after: error)
        }
    }
}
