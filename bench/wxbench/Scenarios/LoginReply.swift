import HTTP

/// What a reply to a login says, checked.
struct LoginReply: Equatable {
    var openid: [UInt8]
    var token: [UInt8]
    var isNew: Bool

    /// Why a reply is no login reply, for people and without any secret.
    struct Fault: Error, Equatable {
        var text: String
    }

    /// - Parameter openid: whom the code stood for, where that is known.
    init(_ body: [UInt8], expecting openid: [UInt8]?) throws(Fault) {
        guard let found = ReplyMembers.find("openid", in: body), !found.isEmpty else {
            throw Fault(text: "a login reply without openid")
        }
        self.openid = Array(body[found])
        if let openid, self.openid != openid {
            throw Fault(text: "openid \(Self.shortened(self.openid)) for a code of \(Self.shortened(openid))")
        }
        guard let token = ReplyMembers.find("token", in: body) else { throw Fault(text: "a login reply without token") }
        self.token = Array(body[token])
        guard Self.isToken(self.token) else { throw Fault(text: "the token is no JWT") }
        guard ReplyMembers.has("token_type", Array("Bearer".utf8), in: body) else {
            throw Fault(text: "token_type is not Bearer")
        }
        guard let expiry = ReplyMembers.text("expires_in", in: body).flatMap({ Int($0) }), expiry > 0 else {
            throw Fault(text: "expires_in is no number of seconds")
        }
        switch ReplyMembers.text("is_new", in: body) {
        case "true": isNew = true
        case "false": isNew = false
        default: throw Fault(text: "is_new is neither true nor false")
        }
    }

    /// Three parts of base64url (RFC 7519).
    static func isToken(_ bytes: [UInt8]) -> Bool {
        var lengths = [0]
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "."): lengths.append(0)
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"):
                lengths[lengths.count - 1] += 1
            default: return false
            }
        }
        return lengths.count == 3 && lengths.allSatisfy { $0 > 0 }
    }

    /// Enough of an openid to find it in a log.
    static func shortened(_ openid: [UInt8]) -> String {
        let text = String(
            decoding: openid.prefix(64).map { (0x21...0x7E).contains($0) ? $0 : UInt8(ascii: "?") },
            as: UTF8.self
        )
        return text.count > 12 ? "\(text.prefix(6))…\(text.suffix(4))" : text
    }
}
