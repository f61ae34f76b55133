/// The reply to `GET /wxa/checksession`.
public enum CheckSessionReply {
    /// Whether the session_key is current. Never fails in any other way, whatever the body is.
    ///
    /// 87009 is what WeChat documents for a key that is not; its sibling resetusersessionkey also has 87007 for that.
    ///
    /// - Throws: `WeChatError` of any other refusal, or `.invalidReply`.
    public static func parse(status: Int, body: [UInt8]) throws(WeChatError) -> Bool {
        do throws(WeChatError) {
            let reply = try JSONReply.parse(Members.self, status: status, body: body)
            // "Valid" must not follow from silence: the documented success says errcode 0.
            guard reply.saysErrcode else { throw .invalidReply(reason: "no errcode") }
            return true
        } catch {
            switch error.refusal?.errcode {
            case 87007, 87009: return false
            default: throw error
            }
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
