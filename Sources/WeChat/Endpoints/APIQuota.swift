import HTTP
import HTTPClient

extension WeChatClient {
    /// Asks how much of an API's quota is used (`POST /cgi-bin/openapi/quota/get`). On the loop.
    ///
    /// - Parameter path: of the API without host, such as `/wxa/getwxacodeunlimit`. WeChat answers 76021 to one that it
    ///   does not know and 76022 to any below `/sns/`.
    public func apiQuota(app: WeChatApp, path: String, accessToken: AccessToken) async throws(WeChatError) -> APIQuota {
        let target = "/cgi-bin/openapi/quota/get?access_token=\(PercentEncoding.encode(accessToken.string))"
        return try await post(.quota, app: app.id, target, QuotaParameters(path: path)) {
            response throws(WeChatError) in
            try APIQuotaReply.parse(status: response.status, body: response.body)
        }
    }
}

/// How often an app may make a call, and how often it did. Counts may be off by a hundredth.
public struct APIQuota: Equatable, Sendable {
    /// Calls of a day.
    public struct Daily: Equatable, Sendable {
        /// How many are allowed.
        public let limit: Int
        /// How many were made.
        public let used: Int
        /// How many are left.
        public let remaining: Int

        /// Takes WeChat's three numbers, which need not add up.
        public init(limit: Int, used: Int, remaining: Int) {
            self.limit = limit
            self.used = used
            self.remaining = remaining
        }
    }

    /// Calls of a short time.
    public struct Rate: Equatable, Sendable {
        /// How many are allowed in it.
        public let calls: Int
        /// How long it is.
        public let seconds: Int

        /// Takes WeChat's two numbers.
        public init(calls: Int, seconds: Int) {
            self.calls = calls
            self.seconds = seconds
        }
    }

    /// Nil when WeChat tells none.
    public let daily: Daily?
    /// Nil when WeChat tells none.
    public let rate: Rate?

    /// Puts the two together.
    public init(daily: Daily?, rate: Rate?) {
        self.daily = daily
        self.rate = rate
    }
}

private struct QuotaParameters: Encodable {
    let path: String

    private enum CodingKeys: String, CodingKey {
        case path = "cgi_path"
    }
}
