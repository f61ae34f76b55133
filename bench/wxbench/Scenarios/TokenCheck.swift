import HTTP

/// The two ways in which others ask the gateway whose token it is.
enum TokenCheck: Sendable {
    /// `GET /api/v1/wx/session`.
    case session
    /// `/auth/check`, as proxies ask.
    case authCheck

    func template(_ options: RunOptions) -> BearerTemplate {
        switch self {
        case .session:
            BearerTemplate(.get, "/api/v1/wx/session", of: options.site, keepsAlive: options.keepsAlive)
        case .authCheck:
            BearerTemplate(.get, "/auth/check", of: options.site, keepsAlive: options.keepsAlive)
        }
    }

    /// Whether a reply is right for a token of this user.
    func judge(_ reply: ParsedResponse, openid: [UInt8], appid: [UInt8]) -> Verdict {
        guard reply.status == .ok else {
            if reply.status == .unauthorized { return .wrong("a live token is refused: \(Refusal.name(of: reply))") }
            return .refused(Refusal.name(of: reply))
        }
        switch self {
        case .session:
            guard ReplyMembers.has("openid", openid, in: reply.body) else { return .wrong("another openid") }
            guard ReplyMembers.has("appid", appid, in: reply.body) else { return .wrong("another appid") }
        case .authCheck:
            guard reply.headers.firstBytes("X-Wx-Openid") == openid else { return .wrong("another X-Wx-Openid") }
            guard reply.headers.firstBytes("X-Wx-Appid") == appid else { return .wrong("another X-Wx-Appid") }
            guard reply.headers.first("X-Wx-Channel") == "mini" else { return .wrong("X-Wx-Channel is not mini") }
            // Empty when unknown, but always there, so that a client's own field never passes through.
            for name in ["X-Wx-Unionid", "X-Wx-User-Id"] where !reply.headers.contains(name) {
                return .wrong("no \(name)")
            }
        }
        return .good
    }
}
