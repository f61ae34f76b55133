/// What all JSON replies of the API have in common: HTTP status, errcode and errmsg, read by content and not by header.
enum JSONReply {
    /// The members of a success: errcode is absent or 0, and the rest has the expected shape; unknown members are ignored.
    ///
    /// Never fails in any other way, whatever the body is.
    ///
    /// - Parameters:
    ///   - status: the HTTP status; 200 even for refusals.
    ///   - body: the whole body, which the caller has bounded.
    /// - Throws: the refusal, or `.invalidReply`.
    static func parse<Members: Decodable>(
        _ type: Members.Type,
        status: Int,
        body: [UInt8]
    ) throws(WeChatError) -> Members {
        guard status == 200 else { throw .invalidReply(reason: "HTTP status \(status)") }
        guard !body.isEmpty else { throw .invalidReply(reason: "the body is empty") }
        guard let reply = StrictJSON.decode(Envelope<Members>.self, from: body) else {
            throw .invalidReply(reason: "the body is not a JSON object of the expected shape")
        }
        switch reply.content {
        case .refusal(let refusal): throw .refused(refusal)
        case .members(let members): return members
        }
    }
}

private struct Envelope<Members: Decodable>: Decodable {
    enum Content {
        case members(Members)
        case refusal(WeChatRefusal)
    }

    private enum CodingKeys: String, CodingKey {
        case errcode, errmsg
    }

    let content: Content

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let errcode = try Self.errcode(in: container)
        // The errcode wins over everything else: a refusal need not have any shape.
        guard errcode == 0 else {
            // Words only, so their type decides nothing.
            let errmsg = try? container.decodeIfPresent(String.self, forKey: .errmsg)
            content = .refusal(WeChatRefusal(errcode: errcode, errmsg: errmsg ?? ""))
            return
        }
        content = .members(try Members(from: decoder))
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
