/// The reply to `POST /wxa/business/getuserphonenumber`.
public enum UserPhoneNumberReply {
    /// The number in a reply. Never fails in any other way, whatever the body is.
    ///
    /// - Throws: `WeChatError` of the refusal, or `.invalidReply`.
    public static func parse(status: Int, body: [UInt8]) throws(WeChatError) -> PhoneNumber {
        let reply = try JSONReply.parse(Members.self, status: status, body: body)
        guard let number = reply.phoneInfo.number else { throw .invalidReply(reason: "no usable phone number") }
        return number
    }
}

private struct Members: Decodable {
    let phoneInfo: PhoneNumber.Members

    private enum CodingKeys: String, CodingKey {
        case phoneInfo = "phone_info"
    }
}
