import HTTP
import JSON

/// The reply to `GET /sns/jscode2session`, read by its content: the header calls this JSON `text/plain`.
///
/// Scanned by hand, because every login waits for it: Foundation's decoder takes a tenth of a login's instructions.
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
        try parse(status: status, body: body.span)
    }

    /// The same for bytes that stay where they are.
    public static func parse(status: Int, body: Span<UInt8>) throws(WeChatError) -> WeChatSession {
        guard status == 200 else { throw .invalidReply(reason: "HTTP status \(status)") }
        guard !body.isEmpty else { throw .invalidReply(reason: "the body is empty") }
        guard let members = Code2SessionMembers(body), let errcode = members.errcode(in: body) else {
            throw .invalidReply(reason: shapeReason)
        }
        // The errcode wins over everything else: a refusal need not have any shape.
        guard errcode == 0 else {
            throw .refused(WeChatRefusal(errcode: errcode, errmsg: members.errmsg(in: body)))
        }
        guard let openID = members.openID, let unionID = members.unionID, let sessionKey = members.sessionKey else {
            throw .invalidReply(reason: shapeReason)
        }
        return try session(openID.string(in: body), unionID.string(in: body), sessionKey.string(in: body))
    }

    private static let shapeReason = "the body is not a JSON object of the expected shape"

    private static func session(
        _ openID: String,
        _ unionID: String,
        _ key: String
    ) throws(WeChatError) -> WeChatSession {
        guard isIdentifier(openID) else { throw .invalidReply(reason: "no usable openid") }
        guard let sessionKey = SessionKey(key) else {
            throw .invalidReply(reason: "session_key is not the Base64 text of 16 bytes")
        }
        // An empty unionid was never seen, but can only mean that there is none.
        guard unionID.isEmpty || isIdentifier(unionID) else { throw .invalidReply(reason: "no usable unionid") }
        return WeChatSession(openID: openID, unionID: unionID.isEmpty ? nil : unionID, sessionKey: sessionKey)
    }

    /// Whether an id may go on into headers, tokens and database keys.
    ///
    /// Real ones are 28 of `A-Za-z0-9_-`; no page promises that, so only what could do harm is refused.
    private static func isIdentifier(_ text: String) -> Bool {
        let bytes = text.utf8.span
        return (1...128).contains(bytes.count) && bytes.isVisibleASCII
    }
}
