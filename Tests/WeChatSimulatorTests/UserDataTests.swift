import OpenSSL
import TestSupport
import Testing

@testable import WeChatSimulator

@Suite struct `Open data` {
    private var state = makeState()
    private let key = UserDataVectors.sessionKey

    init() throws {
        let app = try state.app(nil)
        _ = try state.update(.openid("o1"), of: app) { [key] in
            $0.pin(sessionKey: key)
            $0.nickName = "Band \"/\""
            $0.unionid = "u1"
        }
    }

    private mutating func data(_ request: UserDataRequest, at now: UnixTime = start) throws -> UserData {
        try state.userData(request, appid: nil, user: .openid("o1"), at: now).data
    }

    private func decrypted(_ data: UserData, key: String? = nil) throws -> [String: Any] {
        func bytes(_ text: String) -> [UInt8]? { Base64.decode(text.utf8.span) }
        let ciphertext = try #require(bytes(data.encryptedData))
        let plaintext = try AESCBC().decrypt(
            ciphertext.span,
            key: try #require(bytes(key ?? self.key).flatMap(AESCBC.block)),
            initializationVector: try #require(bytes(data.iv).flatMap(AESCBC.block))
        )
        return try json(try #require(plaintext))
    }

    private static let profile: Set = [
        "nickName", "gender", "language", "city", "province", "country", "avatarUrl", "watermark",
    ]

    @Test mutating func `of getUserInfo has the ids`() throws {
        let members = try decrypted(data(UserDataRequest(.userInfo)))
        #expect(Set(members.keys) == Self.profile.union(["openId", "unionId"]))
        #expect(members["openId"] as? String == "o1")
        #expect(members["unionId"] as? String == "u1")
        #expect(members["nickName"] as? String == "Band \"/\"")
        let watermark = try #require(members["watermark"] as? [String: Any])
        #expect(watermark["appid"] as? String == DefaultApp.appid)
        #expect(watermark["timestamp"] as? Int64 == start.seconds)
    }

    @Test mutating func `of getUserProfile has none`() throws {
        #expect(Set(try decrypted(data(UserDataRequest(.userProfile))).keys) == Self.profile)
    }

    @Test mutating func `comes with its profile, signed with the text of the key`() throws {
        let data = try data(UserDataRequest(.userProfile))
        let rawData = try #require(data.rawData)
        #expect(Set(try json(Array(rawData.utf8)).keys) == Self.profile.subtracting(["watermark"]))
        let digest = try Digest.sha1(Array((rawData + key).utf8).span)
        #expect(data.signature == Hex.encode(digest.span))
    }

    @Test mutating func `may be anonymous, as everybody's is since 2022`() throws {
        var request = UserDataRequest(.userInfo)
        request.isAnonymous = true
        let members = try decrypted(data(request))
        #expect(members["nickName"] as? String == "微信用户")
        #expect(members["openId"] as? String == "o1")
        #expect(try data(request).rawData?.contains("微信用户") == true)
    }

    @Test mutating func `of the phone button is a number without a signature`() throws {
        let data = try data(UserDataRequest(.phone))
        #expect(data.rawData == nil && data.signature == nil)
        let members = try decrypted(data)
        #expect(Set(members.keys) == ["phoneNumber", "purePhoneNumber", "countryCode", "watermark"])
        #expect(members["countryCode"] as? String == "86")
    }

    @Test mutating func `has another iv each time`() throws {
        let first = try data(UserDataRequest(.phone))
        let second = try data(UserDataRequest(.phone))
        #expect(first.iv != second.iv && first.encryptedData != second.encryptedData)
    }

    @Test mutating func `may be another app's, old, or of the key before`() throws {
        _ = try state.rotateSessionKey(of: .openid("o1"), appid: nil)
        var request = UserDataRequest(.phone)
        request.usesPreviousKey = true
        request.watermarkAppid = "wx2"
        request.age = .seconds(100)
        let watermark = try #require(try decrypted(data(request))["watermark"] as? [String: Any])
        #expect(watermark["appid"] as? String == "wx2")
        #expect(watermark["timestamp"] as? Int64 == start.seconds - 100)
        request.usesPreviousKey = false
        let newest = try #require(state.users.values.first?.sessionKeys.first)
        #expect(newest != key)
        #expect(try decrypted(data(request), key: newest)["phoneNumber"] as? String == "13580006666")
    }

    @Test mutating func `made after a code is under the key that the exchange returns`() throws {
        for _ in 0..<2 {
            let code = try state.freshCode(of: .openid("o2"))
            let data = try state.userData(UserDataRequest(.userInfo), appid: nil, user: .openid("o2"), at: start).data
            let key = try state.requireGrant(.exchange(code)).sessionKey
            #expect(try decrypted(data, key: key)["openId"] as? String == "o2")
        }
    }
}
