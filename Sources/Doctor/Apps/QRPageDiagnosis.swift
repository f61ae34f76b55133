import WeChat

/// What WeChat's answer to the wish for a mini-program code says of the page of the web login.
enum QRPageDiagnosis {
    static func finding(_ outcome: Result<CodePicture, WeChatError>, appID: String, page: String) -> Finding {
        switch outcome {
        case .success:
            return Finding(.ok, .qrPage, of: appID, "\(page) is published")
        case .failure(.rateLimited(let refusal)):
            // Of a minute, whatever its words say.
            return Finding(
                .warn,
                .qrPage,
                of: appID,
                "too many codes in this minute (\(refusal))",
                remedy: "it passes; run this again in a minute"
            )
        case .failure(let error):
            let diagnosis = Diagnosis(error)
            return Finding(diagnosis.status, .qrPage, of: appID, "\(page): \(diagnosis.text)", remedy: diagnosis.remedy)
        }
    }

    /// Why it cannot be checked: WeChat knows the pages of the published version only.
    static func skipped(_ environment: UnlimitedCodeParameters.Environment, appID: String) -> Finding {
        let text = "WeChat checks pages of the published version only, and the web login opens \(environment.rawValue)"
        return Finding(.skip, .qrPage, of: appID, text)
    }
}
