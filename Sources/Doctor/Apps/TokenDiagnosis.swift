import WeChat

/// What one call of stable_token says of an app.
enum TokenDiagnosis {
    /// In the order of the report, which is also about the order in which WeChat looks.
    private static let checks: [Check] = [.appID, .secret, .frozen, .account, .ipWhiteList, .ipRisk, .accessToken]

    /// A line of each check, and one of `quota` when that is the trouble.
    static func findings(
        _ outcome: Result<IssuedAccessToken, WeChatError>,
        appID: String
    ) -> [Finding] {
        let error: WeChatError
        switch outcome {
        case .success(let issued): return checks.map { Finding(.ok, $0, of: appID, praise(of: $0, issued.expiresIn)) }
        case .failure(let failure): error = failure
        }
        let diagnosis = Diagnosis(error)
        let culprit = diagnosis.check ?? .accessToken
        // WeChat tells one thing at a time, in an order that it does not promise.
        var findings = checks.map { check in
            check == culprit
                ? Finding(diagnosis.status, check, of: appID, diagnosis.text, remedy: diagnosis.remedy)
                : Finding(.skip, check, of: appID, "not known: WeChat gave no access_token, see \(culprit.rawValue)")
        }
        if !checks.contains(culprit) {
            let subject = culprit == .quota ? "\(appID) \(QuotaDiagnosis.stableTokenPath)" : appID
            findings.append(
                Finding(diagnosis.status, culprit, of: subject, diagnosis.text, remedy: diagnosis.remedy)
            )
        }
        return findings
    }

    private static func praise(of check: Check, _ seconds: Int) -> String {
        switch check {
        case .appID: "WeChat knows it"
        case .secret: "WeChat takes it"
        case .frozen: "the AppSecret is not frozen"
        case .account: "the account is in order"
        case .ipWhiteList: "this host's address is allowed"
        case .ipRisk: "WeChat does not take this host's address for a risk"
        default: "WeChat gave one that lasts \(seconds) s more"
        }
    }
}
