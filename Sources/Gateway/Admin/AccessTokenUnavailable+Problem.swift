internal import HTTP
internal import HTTPServer
internal import WeChat

extension AccessTokenUnavailable: ProblemConvertible {
    /// What an operator must act on, and WeChat's limits, are told as everywhere; every other lack of a token passes by
    /// itself, and is told as such.
    var problem: Problem {
        var problem = WeChatFailure(error: error, now: 0).problem
        switch error {
        case .misconfigured: return problem
        case .rateLimited: break
        default:
            problem.status = .serviceUnavailable
            problem.error = "upstream_busy"
            problem.title = "Upstream busy"
            problem.detail = "There is no usable access_token now: \(error)."
        }
        problem.headers = [("Retry-After", String(retryAfterSeconds))]
        return problem
    }
}
