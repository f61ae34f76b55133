import WeChat

/// What WeChat says of the calls that are left of one API.
enum QuotaDiagnosis {
    static let stableTokenPath = "/cgi-bin/stable_token"
    /// The percentage of a day's calls from which somebody should look.
    static let warnsFrom = 80

    /// The paths that a gateway uses and WeChat tells a quota of; of `/sns/` it tells none.
    static func paths(_ mode: DoctorConfiguration.TokenMode) -> [String] {
        let token = mode == .legacy ? ["/cgi-bin/token"] : []
        return token + [stableTokenPath, "/wxa/business/getuserphonenumber", "/wxa/getwxacodeunlimit"]
    }

    static func finding(_ outcome: Result<APIQuota, WeChatError>, appID: String, path: String) -> Finding {
        let subject = "\(appID) \(path)"
        switch outcome {
        case .success(let quota):
            guard let daily = quota.daily, daily.limit > 0 else {
                return Finding(.ok, .quota, of: subject, "no limit of a day\(rate(quota))")
            }
            return finding(daily, rate: rate(quota), subject: subject)
        // No such path, no quota of it for us, or no such call: nothing is wrong with the app.
        case .failure(.unexpectedErrcode(let refusal)) where [76021, 76022, 40066].contains(refusal.errcode):
            return Finding(.skip, .quota, of: subject, "WeChat does not tell (\(refusal))")
        case .failure(let error):
            let diagnosis = Diagnosis(error)
            return Finding(diagnosis.status, .quota, of: subject, diagnosis.text, remedy: diagnosis.remedy)
        }
    }

    private static func finding(_ daily: APIQuota.Daily, rate: String, subject: String) -> Finding {
        let text = "\(daily.used) of \(daily.limit) calls of today are used\(rate)"
        if daily.used >= daily.limit || daily.remaining <= 0 {
            return Finding(
                .fail,
                .quota,
                of: subject,
                text,
                remedy:
                    "find what calls so often; the quota is full again at midnight of Beijing, or at once after a reset"
                    + " in WeChat's console (10 a month)"
            )
        }
        // Divided, not multiplied: WeChat's numbers are not ours to trust.
        guard Double(daily.used) / Double(daily.limit) * 100 >= Double(warnsFrom) else {
            return Finding(.ok, .quota, of: subject, text)
        }
        return Finding(
            .warn,
            .quota,
            of: subject,
            text,
            remedy: "find what calls so often before nothing is left; the count starts again at midnight of Beijing"
        )
    }

    private static func rate(_ quota: APIQuota) -> String {
        quota.rate.map { ", \($0.calls) in \($0.seconds) s at most" } ?? ""
    }
}
