import WeChat

/// What a call of WeChat's API that gave no result says, and what to do.
struct Diagnosis: Equatable, Sendable {
    /// What is the matter; nil when it is the call itself.
    let check: Check?
    let status: Finding.Status
    let text: String
    let remedy: String

    init(_ check: Check?, _ text: String, remedy: String) {
        self.init(check, .fail, text, remedy: remedy)
    }

    init(_ check: Check?, _ status: Finding.Status, _ text: String, remedy: String) {
        self.check = check
        self.status = status
        self.text = text
        self.remedy = remedy
    }

    /// Of any call.
    init(_ error: WeChatError) {
        switch error {
        case .busy(let refusal):
            self.init(nil, .warn, "WeChat is busy (\(refusal))", remedy: "it passes; run this again in a minute")
        case .misconfigured(let refusal):
            self = Self.misconfigured(refusal)
        case .rateLimited(let refusal):
            self = Self.rateLimited(refusal)
        case .invalidAccessToken(let refusal):
            self.init(
                .accessToken,
                "WeChat gave an access_token and does not take it (\(refusal))",
                remedy: "somebody else seems to force new tokens of this app: let every service ask the gateway"
            )
        case .unexpectedErrcode(let refusal):
            self = Self.unexpected(refusal)
        case .invalidCode(let refusal), .codeUsed(let refusal), .userBlocked(let refusal):
            self.init(
                nil,
                "WeChat refuses (\(refusal))",
                remedy: "look errcode \(refusal.errcode) up in WeChat's list of return codes"
            )
        case .invalidReply(let reason):
            self.init(
                nil,
                "the reply is not WeChat's (\(reason))",
                remedy: "check WXGATE_WECHAT_URLS; a proxy or captive portal may answer in WeChat's place"
            )
        case .connection(let reason):
            self.init(
                nil,
                "the connection failed (\(reason))",
                remedy: "run this again; if it stays, look at firewall and proxy on the way"
            )
        case .timeout:
            self.init(
                nil,
                "no reply in time",
                remedy: "run this again; if it stays, look at the network, or raise WXGATE_UPSTREAM_TIMEOUT_MS"
            )
        case .overloaded, .cancelled:
            self.init(nil, "the call was not made (\(error))", remedy: "run this again")
        }
    }

    private static func rateLimited(_ refusal: WeChatRefusal) -> Diagnosis {
        if refusal.errcode == 45011 {
            return Diagnosis(
                .quota,
                .warn,
                "too many calls in this minute (\(refusal))",
                remedy: "it passes; if it comes back, find what calls WeChat so often with this app"
            )
        }
        return Diagnosis(
            .quota,
            "today's calls are used up (\(refusal))",
            remedy:
                "find what calls so often; the quota is full again at midnight of Beijing, or at once after a reset in"
                + " WeChat's console (10 a month)"
        )
    }
}
