internal import HTTP
internal import HTTPServer
internal import WeChat

/// A failed call of WeChat as clients of the gateway see it (contract section 2; `wechat-api.md` section 11).
public struct WeChatFailure: Error, Sendable {
    let error: WeChatError
    /// Unix seconds of the failure, from which the wait for a quota follows.
    let now: Int64
    /// The call's only limit is one of a minute, whatever WeChat says: 45009 for mini-program codes.
    var isLimitOfMinute = false

    /// The error as clients see it.
    var problem: Problem {
        switch error {
        case .busy:
            make(.serviceUnavailable, "upstream_busy", "WeChat is busy; try again.", retryAfter: 1)
        case .invalidCode:
            make(
                .badRequest,
                "invalid_code",
                "WeChat does not know this code, or no longer; get a new one (wx.login, or getPhoneNumber)."
            )
        case .codeUsed:
            .codeUsed(members)
        case .userBlocked:
            make(.forbidden, "user_blocked", "WeChat refuses this user.")
        case .rateLimited:
            make(.tooManyRequests, "rate_limited", "WeChat's limit is reached; try later.", retryAfter: quotaWait)
        case .misconfigured:
            make(.badGateway, "app_misconfigured", "The app is not set up right at WeChat; an operator must act.")
        case .invalidAccessToken:
            make(.badGateway, "upstream_invalid", "WeChat refused the gateway's access_token.")
        case .unexpectedErrcode:
            make(.badGateway, "upstream_invalid", "WeChat refused with an unexpected errcode.")
        case .invalidReply:
            make(.badGateway, "upstream_invalid", "WeChat's reply is not what its API promises.")
        case .connection:
            make(.badGateway, "upstream_invalid", "The connection to WeChat failed.")
        case .timeout:
            make(.gatewayTimeout, "upstream_timeout", "WeChat did not reply in time.")
        case .overloaded:
            .overloaded("Too many calls of WeChat wait already.")
        case .cancelled:
            .overloaded("The gateway is stopping.")
        }
    }

    private var members: [Problem.Member] {
        guard let refusal = error.refusal else { return [] }
        return [.errcode(refusal.errcode), .errmsg(refusal.errmsg)]
    }

    private func make(_ status: Status, _ name: String, _ detail: String, retryAfter: Int64? = nil) -> Problem {
        Problem(
            status: status,
            error: name,
            title: WeChatFailure.title(of: name),
            detail: detail,
            headers: retryAfter.map { [("Retry-After", String($0))] } ?? [],
            members: members
        )
    }

    /// `upstream_busy` as `Upstream busy`.
    private static func title(of name: String) -> String {
        let words = name.split(separator: "_").joined(separator: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    /// 44990 counts by the second, 44991 and 45011 by the minute, 44993 and 45009 by the day, which is taken to begin at
    /// midnight in Beijing (UTC+8).
    private var quotaWait: Int64 {
        let minute: Int64 = 60
        let day: Int64 = 86_400
        let beijing: Int64 = 8 * 3600
        return switch error.refusal?.errcode {
        case 44990: 1
        case 44993: day - (now + beijing) % day
        case 45009 where !isLimitOfMinute: day - (now + beijing) % day
        default: minute - now % minute
        }
    }
}
