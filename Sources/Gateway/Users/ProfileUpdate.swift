internal import WeChat

/// A profile as a client wants it saved: in plain members, in user data that WeChat's client made, or both.
struct ProfileUpdate: Sendable {
    /// Characters as people count them.
    private static let nickNameCountMax = 64
    private static let avatarURLCountMax = 1024

    let nickName: String?
    let avatarURL: String?
    let userData: UserData

    /// The profile of the plain members, which nobody has vouched for.
    ///
    /// - Throws: `invalidRequest` naming the member that is missing or not right.
    func plainProfile() throws(GatewayError) -> UserProfile {
        guard let nickName else { throw .invalidRequest("nickName is missing.") }
        guard let avatarURL else { throw .invalidRequest("avatarUrl is missing.") }
        guard nickName.count <= Self.nickNameCountMax else {
            throw .invalidRequest("nickName is longer than \(Self.nickNameCountMax) characters.")
        }
        guard nickName.unicodeScalars.allSatisfy(Self.isText) else {
            throw .invalidRequest("nickName contains a control character.")
        }
        guard avatarURL.utf8.count <= Self.avatarURLCountMax else {
            throw .invalidRequest("avatarUrl is longer than \(Self.avatarURLCountMax) characters.")
        }
        guard Self.isAvatar(avatarURL) else { throw .invalidRequest("avatarUrl is not an https URL.") }
        return UserProfile(nickName: nickName, avatarURL: avatarURL)
    }

    /// Line ends are no part of a name either; formatting characters are, because emoji are joined with them.
    private static func isText(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }

    /// An https URL with a host, of characters that a URL may have (RFC 3986 section 2): pages put it where it is read by
    /// machines. No user name in it, which only serves to make one host look like another.
    private static func isAvatar(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let scheme = Array("https://".utf8)
        guard bytes.count > scheme.count, text.prefix(scheme.count).lowercased() == "https://" else { return false }
        let authority = bytes[scheme.count...].prefix { !"/?#".utf8.contains($0) }
        let host = authority.prefix { $0 != UInt8(ascii: ":") }
        guard !host.isEmpty, !authority.contains(UInt8(ascii: "@")) else { return false }
        for index in bytes.indices {
            if bytes[index] == UInt8(ascii: "%") {
                guard index + 2 < bytes.count, isHex(bytes[index + 1]), isHex(bytes[index + 2]) else { return false }
            } else if !(0x21...0x7e).contains(bytes[index]) || "\"<>\\^`{|}".utf8.contains(bytes[index]) {
                return false
            }
        }
        return true
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        Character(Unicode.Scalar(byte)).isHexDigit
    }
}
