/// The reply to `GET /cgi-bin/token` and `POST /cgi-bin/stable_token`.
public enum AccessTokenReply {
    /// Lifetimes that make sense. WeChat says at most 7200 and that this may change; a month is far beyond any change.
    private static let expiresInRange = 1...2_592_000

    /// The token in a reply. Never fails in any other way, whatever the body is.
    ///
    /// - Throws: `WeChatError` of the refusal, or `.invalidReply`. Here 40001 means a wrong secret, not a dead token.
    public static func parse(status: Int, body: [UInt8]) throws(WeChatError) -> IssuedAccessToken {
        let reply: Members
        do throws(WeChatError) {
            reply = try JSONReply.parse(Members.self, status: status, body: body)
        } catch {
            if case .invalidAccessToken(let refusal) = error { throw .misconfigured(refusal) }
            throw error
        }
        guard let token = reply.accessToken.flatMap({ AccessToken($0) }) else {
            throw .invalidReply(reason: "no usable access_token")
        }
        guard let expiresIn = reply.expiresIn, expiresInRange.contains(expiresIn) else {
            throw .invalidReply(reason: "no usable expires_in")
        }
        return IssuedAccessToken(token: token, expiresIn: expiresIn)
    }
}

private struct Members: Decodable {
    let accessToken: String?
    let expiresIn: Int?

    private enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
        case expiresIn = "expires_in"
    }
}
