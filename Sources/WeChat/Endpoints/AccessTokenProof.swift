import HTTP
import HTTPClient

/// What a cheap call with an access_token says of the token.
public enum AccessTokenProof: Equatable, Sendable {
    /// WeChat took it.
    case alive
    /// 40001, 40014 or 42001.
    case dead(WeChatRefusal)
    /// A reply that says nothing of the token.
    case unclear(WeChatError)
    /// No reply that counts: WeChat is busy or cannot be reached.
    case unanswered(WeChatError)
}

extension WeChatClient {
    /// Has WeChat judge a token by `GET /cgi-bin/get_api_domain_ip`, which changes nothing. On the loop.
    ///
    /// - Parameter app: whose token it is, for the observer only.
    public func prove(_ token: AccessToken, of app: AppID? = nil) async -> AccessTokenProof {
        let target = "/cgi-bin/get_api_domain_ip?access_token=\(PercentEncoding.encode(token.string))"
        do throws(WeChatError) {
            _ = try await get(.apiDomainIP, app: app, target) { response throws(WeChatError) in
                try JSONReply.parse(NoMembers.self, status: response.status, body: response.body)
            }
            return .alive
        } catch {
            return AccessTokenProof(error)
        }
    }
}

extension AccessTokenProof {
    /// What a call that failed says of its token.
    init(_ error: WeChatError) {
        switch error {
        case .invalidAccessToken(let refusal): self = .dead(refusal)
        case .busy, .rateLimited, .connection, .timeout, .overloaded, .cancelled: self = .unanswered(error)
        // 40066: no such path. Whoever does not know the call has not looked at the token.
        case .unexpectedErrcode(let refusal) where refusal.errcode == 40066: self = .unclear(error)
        case .invalidReply: self = .unclear(error)
        // Refused for another reason, which WeChat looks for only behind a good token.
        case .invalidCode, .codeUsed, .userBlocked, .misconfigured, .unexpectedErrcode: self = .alive
        }
    }
}

private struct NoMembers: Decodable {}
