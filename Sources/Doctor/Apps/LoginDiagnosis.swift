import WeChat

/// What WeChat's answer to a made-up login code says of the login path.
enum LoginDiagnosis {
    /// Nothing that wx.login would ever make.
    static let madeUpCode = "wxgate-doctor"

    static func finding(_ outcome: Result<WeChatSession, WeChatError>, appID: String) -> Finding {
        switch outcome {
        case .success:
            return Finding(
                .warn,
                .login,
                of: appID,
                "a made-up code was taken for a login",
                remedy:
                    "this is a simulator that takes any code: set WXGATE_WECHAT_URLS to WeChat before real users come"
            )
        case .failure(.invalidCode(let refusal)) where refusal.errcode == 40029:
            // WeChat looks at a code only after app, secret and address.
            return Finding(.ok, .login, of: appID, "codes can be exchanged (a made-up one is refused as such)")
        case .failure(.invalidAccessToken(let refusal)):
            // There is none in this call: what WeChat does not take is the secret.
            return finding(.failure(.misconfigured(refusal)), appID: appID)
        case .failure(let error):
            let diagnosis = Diagnosis(error)
            return Finding(diagnosis.status, .login, of: appID, diagnosis.text, remedy: diagnosis.remedy)
        }
    }
}
