import WeChat

/// The lines that one app has in every report, in order, for when they cannot be made.
struct AppChecks {
    private let check: Check
    /// Of a quota.
    private let path: String?

    static func all(_ configuration: DoctorConfiguration) -> [AppChecks] {
        let withSecret: [Check] = [
            .appID, .secret, .frozen, .account, .ipWhiteList, .ipRisk, .accessToken, .login,
        ]
        return withSecret.map { AppChecks(check: $0, path: nil) } + withToken(configuration)
    }

    static func withToken(_ configuration: DoctorConfiguration) -> [AppChecks] {
        QuotaDiagnosis.paths(configuration.tokenMode).map { AppChecks(check: .quota, path: $0) }
            + [AppChecks(check: .qrPage, path: nil)]
    }

    func skipped(_ app: DoctorConfiguration.App, _ reason: String) -> Finding {
        let id = app.weChat.id.string
        return Finding(.skip, check, of: path.map { "\(id) \($0)" } ?? id, "not checked: \(reason)")
    }
}
