/// The reply to `GET /wxa/checksession`.
public enum CheckSessionReply {
    /// Whether the session_key is current. Never fails in any other way, whatever the body is.
    ///
    /// 87009 is what WeChat documents for a key that is not; its sibling resetusersessionkey also has 87007 for that.
    ///
    /// - Throws: `WeChatError` of any other refusal, or `.invalidReply`.
    public static func parse(status: Int, body: [UInt8]) throws(WeChatError) -> Bool {
        do throws(WeChatError) {
            try parseSuccess(status: status, body: body)
            return true
        } catch {
            return try isCurrent(after: error)
        }
    }

    /// Returns only if WeChat says that the key is current.
    static func parseSuccess(status: Int, body: [UInt8]) throws(WeChatError) {
        let reply = try JSONReply.parse(Members.self, status: status, body: body)
        // "Valid" must not follow from silence: the documented success says errcode 0.
        guard reply.saysErrcode else { throw .invalidReply(reason: "no errcode") }
    }

    /// False after the refusals that are an answer.
    ///
    /// - Throws: any other error.
    static func isCurrent(after error: WeChatError) throws(WeChatError) -> Bool {
        switch error.refusal?.errcode {
        case 87007, 87009: return false
        default: throw error
        }
    }
}

private struct Members: Decodable {
    let saysErrcode: Bool

    private enum CodingKeys: String, CodingKey {
        case errcode
    }

    init(from decoder: any Decoder) throws {
        saysErrcode = try decoder.container(keyedBy: CodingKeys.self).contains(.errcode)
    }
}
