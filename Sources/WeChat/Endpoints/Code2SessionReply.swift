/// The reply to `GET /sns/jscode2session`, read by its content: the header calls this JSON `text/plain`.
public enum Code2SessionReply {
    /// The session in a reply.
    ///
    /// A reply is a success when errcode is absent or 0 and it has an openid and a session_key; unknown members are
    /// ignored. Never fails in any other way, whatever the body is.
    ///
    /// - Parameters:
    ///   - status: the HTTP status; 200 even for refusals.
    ///   - body: the whole body, which the caller has bounded.
    /// - Throws: `WeChatError` of the refusal, or `.invalidReply`.
    public static func parse(status: Int, body: [UInt8]) throws(WeChatError) -> WeChatSession {
        let reply = try JSONReply.parse(Members.self, status: status, body: body)
        guard let openID = reply.openID, isIdentifier(openID) else { throw .invalidReply(reason: "no usable openid") }
        guard let sessionKey = reply.sessionKey.flatMap({ SessionKey($0) }) else {
            throw .invalidReply(reason: "session_key is not the Base64 text of 16 bytes")
        }
        // An empty unionid was never seen, but can only mean that there is none.
        let unionID = reply.unionID.flatMap { $0.isEmpty ? nil : $0 }
        guard unionID.map(isIdentifier) ?? true else { throw .invalidReply(reason: "no usable unionid") }
        return WeChatSession(openID: openID, unionID: unionID, sessionKey: sessionKey)
    }

    /// Whether an id may go on into headers, tokens and database keys.
    ///
    /// Real ones are 28 of `A-Za-z0-9_-`; no page promises that, so only what could do harm is refused.
    private static func isIdentifier(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    }
}

private struct Members: Decodable {
    let openID: String?
    let unionID: String?
    let sessionKey: String?

    private enum CodingKeys: String, CodingKey {
        case openID = "openid"
        case unionID = "unionid"
        case sessionKey = "session_key"
    }
}
