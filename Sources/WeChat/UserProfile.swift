/// Name and picture of a user, out of signed or encrypted data of WeChat.
public struct UserProfile: Equatable, Sendable {
    /// 1 to 64 characters.
    public let nickName: String
    /// An http or https URL of at most 1,024 bytes; nil when there is none.
    public let avatarURL: String?

    /// Puts a profile together; whoever calls has checked both.
    public init(nickName: String, avatarURL: String?) {
        self.nickName = nickName
        self.avatarURL = avatarURL
    }

    /// What WeChat calls everybody who was made anonymous since November 2022.
    private static let anonymousName = "微信用户"

    /// The profile in `rawData`, or nil when it is none: not a JSON object, without a name, or an anonymous one.
    ///
    /// Check the signature first.
    public static func parse(rawData: [UInt8]) -> UserProfile? {
        StrictJSON.decode(Members.self, from: rawData)?.profile
    }

    /// The members of rawData and of decrypted user data that make a profile. Other types than text count as absent.
    struct Members: Decodable {
        private let nickName: String?
        private let avatarURL: String?
        private let region: String

        private enum CodingKeys: String, CodingKey {
            case nickName, city, province, country
            case avatarURL = "avatarUrl"
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            func text(_ key: CodingKeys) -> String? { try? container.decode(String.self, forKey: key) }
            nickName = text(.nickName)
            avatarURL = text(.avatarURL)
            region = [.city, .province, .country].compactMap(text).joined()
        }

        var profile: UserProfile? {
            guard let nickName, (1...64).contains(nickName.count) else { return nil }
            // The name alone proves nothing: anybody may be called so. Region has been empty for everybody since 2021.
            guard nickName != UserProfile.anonymousName || !region.isEmpty else { return nil }
            return UserProfile(nickName: nickName, avatarURL: avatarURL.flatMap { Self.isAvatar($0) ? $0 : nil })
        }

        private static func isAvatar(_ text: String) -> Bool {
            let isWeb = text.hasPrefix("https://") || text.hasPrefix("http://")
            return isWeb && text.utf8.count <= 1024 && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
        }
    }
}
