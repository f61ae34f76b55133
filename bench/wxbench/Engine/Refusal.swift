import HTTP

/// Names error replies.
enum Refusal {
    /// `503 overloaded`: the status and, where the reply is of the gateway's own form, what it calls the error; a 401
    /// also says why the token is no good. Never any other text of the reply.
    static func name(of reply: ParsedResponse) -> String {
        guard let error = word("error", in: reply.body) else { return "\(reply.status.code)" }
        guard let reason = word("reason", in: reply.body) else { return "\(reply.status.code) \(error)" }
        return "\(reply.status.code) \(error) \(reason)"
    }

    /// A member that is one word of the kind that programs use.
    static func word(_ member: StaticString, in body: [UInt8]) -> String? {
        guard let range = ReplyMembers.find(member, in: body), (1...40).contains(range.count) else { return nil }
        let isWord = body[range].allSatisfy { (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "_") }
        return isWord ? String(decoding: body[range], as: UTF8.self) : nil
    }
}
