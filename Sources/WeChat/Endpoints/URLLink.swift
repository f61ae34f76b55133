import HTTP
import HTTPClient

extension WeChatClient {
    /// Has WeChat make a link that opens the mini-program on a phone (`POST /wxa/generate_urllink`): schemes and links
    /// together at most 100 a second and 500,000 a day. On the loop.
    ///
    /// - Returns: the link, such as `https://wxaurl.cn/TICKET`.
    /// - Throws: `WeChatError`. Of its own here: 40165 (`.misconfigured`) for a page that WeChat does not take, 85079 for an
    ///   app without a release, 40002 and 85407 for one that may have no links (those of private persons may not).
    public func urlLink(
        app: WeChatApp,
        _ parameters: URLLinkParameters,
        accessToken: AccessToken
    ) async throws(WeChatError) -> String {
        let target = "/wxa/generate_urllink?access_token=\(PercentEncoding.encode(accessToken.string))"
        return try await post(.urlLink, app: app.id, target, parameters) { response throws(WeChatError) in
            try URLLinkReply.parse(status: response.status, body: response.body)
        }
    }
}

/// What a link opens, and how long.
public struct URLLinkParameters: Encodable, Equatable, Sendable {
    /// The page without a query.
    public var path: String
    /// What the page is told: at most 1024 characters.
    public var query: String
    /// Unix seconds after which the link opens nothing; a minute to 30 days ahead, by WeChat's clock.
    public var expiresAt: Int64
    /// Which version of the mini-program opens.
    public var environment: UnlimitedCodeParameters.Environment

    /// Puts them together.
    public init(
        path: String,
        query: String,
        expiresAt: Int64,
        environment: UnlimitedCodeParameters.Environment = .release
    ) {
        self.path = path
        self.query = query
        self.expiresAt = expiresAt
        self.environment = environment
    }

    private enum CodingKeys: String, CodingKey {
        case path, query
        case expireType = "expire_type"
        case expireTime = "expire_time"
        case environment = "env_version"
    }

    /// As WeChat takes it, with `expire_type` 0: the end is a time, not a number of days.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(path, forKey: .path)
        try container.encode(query, forKey: .query)
        try container.encode(0, forKey: .expireType)
        try container.encode(expiresAt, forKey: .expireTime)
        try container.encode(environment, forKey: .environment)
    }
}
