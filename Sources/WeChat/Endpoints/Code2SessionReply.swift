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
        guard status == 200 else { throw .invalidReply(reason: "HTTP status \(status)") }
        guard !body.isEmpty else { throw .invalidReply(reason: "the body is empty") }
        guard let reply = StrictJSON.decode(Members.self, from: body) else {
            throw .invalidReply(reason: "the body is not a JSON object of the expected shape")
        }
        guard reply.errcode == 0 else {
            throw .refused(WeChatRefusal(errcode: reply.errcode, errmsg: reply.errmsg ?? ""))
        }
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
    let errcode: Int
    let errmsg: String?
    let openID: String?
    let unionID: String?
    let sessionKey: String?

    private enum CodingKeys: String, CodingKey {
        case errcode, errmsg
        case openID = "openid"
        case unionID = "unionid"
        case sessionKey = "session_key"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        errcode = try Self.errcode(in: container)
        // Words only, so their type decides nothing.
        errmsg = try? container.decodeIfPresent(String.self, forKey: .errmsg)
        guard errcode == 0 else {
            (openID, unionID, sessionKey) = (nil, nil, nil)
            return
        }
        openID = try container.decodeIfPresent(String.self, forKey: .openID)
        unionID = try container.decodeIfPresent(String.self, forKey: .unionID)
        sessionKey = try container.decodeIfPresent(String.self, forKey: .sessionKey)
    }

    /// A number in every reply seen, but one of WeChat's pages types it as a string.
    private static func errcode(in container: KeyedDecodingContainer<CodingKeys>) throws -> Int {
        guard container.contains(.errcode), try !container.decodeNil(forKey: .errcode) else { return 0 }
        if let number = try? container.decode(Int.self, forKey: .errcode) { return number }
        guard let number = Int(try container.decode(String.self, forKey: .errcode)) else {
            throw DecodingError.dataCorruptedError(forKey: .errcode, in: container, debugDescription: "not a number")
        }
        return number
    }
}
