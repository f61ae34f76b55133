public import OpenSSL

/// User data that decrypted to JSON with a watermark. Personal, so it prints as redacted.
public struct DecryptedUserData: Equatable, Sendable, Redacted {
    /// The decrypted JSON as WeChat's client wrote it.
    public let json: [UInt8]
    /// `watermark.appid`: the caller must compare it with its own app.
    public let appID: String
    /// `watermark.timestamp`: when the client made the data, Unix seconds.
    public let timestamp: Int64
    /// The user's openid, in data of wx.getUserInfo only.
    public let openID: String?
    /// The user's unionid, in data of wx.getUserInfo of an app that has one.
    public let unionID: String?
    /// Name and picture, unless there are none or WeChat made them anonymous.
    public let profile: UserProfile?

    /// Reads `json`; nil when it is not UTF-8, not a JSON object, or without a whole watermark.
    init?(json: [UInt8]) {
        guard let members = StrictJSON.decode(Members.self, from: json) else { return nil }
        self.json = json
        appID = members.watermark.appid
        timestamp = members.watermark.timestamp
        openID = members.openID
        unionID = members.unionID
        profile = members.profile.profile
    }
}

private struct Members: Decodable {
    struct Watermark: Decodable {
        let appid: String
        let timestamp: Int64
    }

    let watermark: Watermark
    let openID: String?
    let unionID: String?
    let profile: UserProfile.Members

    private enum CodingKeys: String, CodingKey {
        case watermark
        case openID = "openId"
        case unionID = "unionId"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        watermark = try container.decode(Watermark.self, forKey: .watermark)
        openID = try container.decodeIfPresent(String.self, forKey: .openID)
        unionID = try container.decodeIfPresent(String.self, forKey: .unionID)
        profile = try UserProfile.Members(from: decoder)
    }
}
