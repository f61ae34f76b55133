/// The reply to `POST /cgi-bin/openapi/quota/get`.
public enum APIQuotaReply {
    /// The quota in a reply. Never fails in any other way, whatever the body is.
    ///
    /// - Throws: `WeChatError` of the refusal, or `.invalidReply` when the reply tells neither a quota nor a rate.
    public static func parse(status: Int, body: [UInt8]) throws(WeChatError) -> APIQuota {
        let reply = try JSONReply.parse(Members.self, status: status, body: body)
        let quota = APIQuota(
            daily: reply.quota.map { APIQuota.Daily(limit: $0.dailyLimit, used: $0.used, remaining: $0.remain) },
            rate: reply.rateLimit.map { APIQuota.Rate(calls: $0.callCount, seconds: $0.refreshSecond) }
        )
        guard quota.daily != nil || quota.rate != nil else { throw .invalidReply(reason: "no quota") }
        return quota
    }
}

private struct Members: Decodable {
    struct Quota: Decodable {
        let dailyLimit: Int
        let used: Int
        let remain: Int

        private enum CodingKeys: String, CodingKey {
            case dailyLimit = "daily_limit"
            case used, remain
        }
    }

    struct RateLimit: Decodable {
        let callCount: Int
        let refreshSecond: Int

        private enum CodingKeys: String, CodingKey {
            case callCount = "call_count"
            case refreshSecond = "refresh_second"
        }
    }

    let quota: Quota?
    let rateLimit: RateLimit?

    private enum CodingKeys: String, CodingKey {
        case quota
        case rateLimit = "rate_limit"
    }
}
