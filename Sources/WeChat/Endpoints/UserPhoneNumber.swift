import HTTP
import HTTPClient

extension WeChatClient {
    /// Exchanges a phone code for the number (`POST /wxa/business/getuserphonenumber`). On the loop.
    ///
    /// A code is good for one exchange, as with `code2Session`. The caller compares the number's `appID` with its app.
    ///
    /// - Parameter openID: whose code it must be; WeChat checks that.
    public func userPhoneNumber(
        app: WeChatApp,
        code: PhoneCode,
        openID: String,
        accessToken: AccessToken
    ) async throws(WeChatError) -> PhoneNumber {
        let target =
            "/wxa/business/getuserphonenumber?access_token=\(PercentEncoding.encode(accessToken.string))"
        let parameters = PhoneNumberParameters(code: code.string, openid: openID)
        return try await post(.userPhoneNumber, app: app.id, target, parameters) { response throws(WeChatError) in
            try UserPhoneNumberReply.parse(status: response.status, body: response.body)
        }
    }
}

private struct PhoneNumberParameters: Encodable {
    let code: String
    let openid: String
}
