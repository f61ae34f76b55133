import HTTPServer
import OpenSSL
import TestSupport
import Testing
import WeChat

@testable import Gateway

/// The vectors of `wechat-api.md` section 8, and what is made of them when something does not fit.
@Suite struct UserDataCheckerTests {
    private typealias Vectors = UserDataVectors

    private let checker: UserDataChecker
    private let app: App

    init() throws {
        checker = try UserDataChecker()
        app = try GatewaySamples.app(UserDataVectors.appID)
    }

    private func profile(
        signed: (String, String)? = nil,
        encrypted: (String, String)? = nil,
        key: String = Vectors.sessionKey,
        openID: String = GatewaySamples.openID,
        app: App? = nil
    ) throws -> UserProfile? {
        try checker.profile(
            in: UserData(
                signed: signed.map { (rawData: Array($0.0.utf8), signature: $0.1) },
                encrypted: encrypted.map { (data: $0.0, iv: $0.1) }
            ),
            of: try GatewaySamples.weChatSession(openID: openID, sessionKey: key),
            app: app ?? self.app
        )
    }

    private func error(_ body: () throws -> UserProfile?) -> String? {
        (#expect(throws: GatewayError.self) { _ = try body() })?.problem.error
    }

    @Test func `without user data there is nothing to check and no profile`() throws {
        #expect(try profile() == nil)
    }

    @Test func `vector A gives name and picture`() throws {
        let profile = try #require(try profile(encrypted: (Vectors.encryptedA, Vectors.iv)))
        #expect(profile.nickName == "Band")
        #expect(profile.avatarURL?.hasPrefix("http://wx.qlogo.cn/mmopen/vi_32/aSKcBB") == true)
    }

    @Test func `vector B's signature holds, under its own session_key only`() throws {
        let profile = try #require(
            try profile(signed: (Vectors.rawDataB, Vectors.signatureB), key: Vectors.sessionKeyB)
        )
        #expect(profile.nickName == "Band")
        #expect(error { try self.profile(signed: (Vectors.rawDataB, Vectors.signatureB)) } == "invalid_signature")
    }

    @Test func `vector C holds and has no profile`() throws {
        #expect(try profile(encrypted: (Vectors.encryptedC, Vectors.iv)) == nil)
    }

    @Test func `vector D holds, but an anonymous profile is none`() throws {
        #expect(try profile(encrypted: (Vectors.encryptedD, Vectors.iv)) == nil)
        #expect(try profile(signed: (Vectors.rawDataD, Vectors.signatureD)) == nil)
    }

    @Test func `a profile that is only in the signed data is taken along with encrypted data that has none`() throws {
        let rawData = #"{"nickName":"微信用户","country":"CN"}"#
        let signed = (rawData, "\(try signature(of: rawData))")
        #expect(try profile(signed: signed, encrypted: (Vectors.encryptedC, Vectors.iv))?.nickName == "微信用户")
        #expect(try profile(signed: signed, encrypted: (Vectors.encryptedA, Vectors.iv))?.nickName == "Band")
    }

    @Test(arguments: [
        "75e81ceda165f4ffa64f4068af58c64b8f54b88d", "75e81ceda165f4ffa64f4068af58c64b8f54b88", "", "zz",
        "75e81ceda165f4ffa64f4068af58c64b8f54b88c00", "微",
    ]) func `another signature is refused`(signature: String) {
        #expect(
            error { try profile(signed: (Vectors.rawDataB, signature), key: Vectors.sessionKeyB) }
                == "invalid_signature"
        )
    }

    @Test func `the signature is over the exact bytes`() {
        let spaced = Vectors.rawDataB.replacing(",", with: ", ", maxReplacements: 1)
        #expect(
            error { try profile(signed: (spaced, Vectors.signatureB), key: Vectors.sessionKeyB) } == "invalid_signature"
        )
    }

    @Test func `the signature is checked before anything is decrypted`() {
        #expect(error { try profile(signed: ("{}", "00"), encrypted: ("!", "!")) } == "invalid_signature")
    }

    /// encryptedData and iv that no key could ever decrypt.
    @Test(arguments: [
        ("", Vectors.iv), ("AAAA", Vectors.iv), ("!!!!", Vectors.iv), (Vectors.encryptedA, ""),
        (Vectors.encryptedA, "AAAA"),
        (Vectors.encryptedA, Vectors.iv + "AAAA"), (String(Vectors.encryptedA.dropLast(4)), Vectors.iv),
        (Vectors.encryptedA + "%4", Vectors.iv),
    ]) func `malformed data is decrypt_failed`(data: String, iv: String) {
        #expect(error { try profile(encrypted: (data, iv)) } == "decrypt_failed")
    }

    @Test func `Base64 may be percent-encoded once more, or have lost its plus signs to a form`() throws {
        let escaped = Vectors.encryptedA.replacing("+", with: "%2B").replacing("/", with: "%2f").replacing(
            "=",
            with: "%3D"
        )
        let iv = Vectors.iv.replacing("=", with: "%3D")
        #expect(try profile(encrypted: (escaped, iv))?.nickName == "Band")
        let spaced = Vectors.encryptedA.replacing("+", with: " ")
        #expect(spaced.contains(" "))
        #expect(try profile(encrypted: (spaced, Vectors.iv))?.nickName == "Band")
    }

    @Test func `a displaced key, a changed block or a changed iv all are session_key_expired`() throws {
        #expect(
            error { try profile(encrypted: (Vectors.encryptedA, Vectors.iv), key: Vectors.sessionKeyB) }
                == "session_key_expired"
        )
        // The first byte is the brace of the JSON; the last block holds the padding.
        #expect(
            error { try profile(encrypted: (Vectors.encryptedA, "AAAAAAAAAAAAAAAAAAAAAA==")) } == "session_key_expired"
        )
        let cut = String(Vectors.encryptedC.prefix(64))
        #expect(error { try profile(encrypted: (cut, Vectors.iv)) } == "session_key_expired")
    }

    @Test func `data of another app is watermark_mismatch`() throws {
        let other = try GatewaySamples.app("wx0000000000000000")
        for data in [Vectors.encryptedA, Vectors.encryptedC, Vectors.encryptedD] {
            #expect(error { try profile(encrypted: (data, Vectors.iv), app: other) } == "watermark_mismatch")
        }
    }

    @Test func `a decrypted openId must be the session's own; data without one is anybody's`() throws {
        #expect(error { try profile(encrypted: (Vectors.encryptedA, Vectors.iv), openID: "oOther") } == "forbidden")
        #expect(try profile(encrypted: (Vectors.encryptedC, Vectors.iv), openID: "oOther") == nil)
    }

    @Test func `another app's data of another user does not tell that the user differs`() throws {
        let other = try GatewaySamples.app("wx0000000000000000")
        #expect(
            error { try profile(encrypted: (Vectors.encryptedA, Vectors.iv), openID: "oOther", app: other) }
                == "watermark_mismatch"
        )
    }

    private func signature(of rawData: String) throws -> String {
        let bytes = Array((rawData + Vectors.sessionKey).utf8)
        let digest = try Digest.sha1(bytes.span)
        return Hex.encode(digest.span)
    }
}
