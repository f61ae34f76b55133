import HTTP
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
        older: [String] = [],
        openID: String = GatewaySamples.openID,
        app: App? = nil
    ) throws -> UserProfile? {
        try checker.profile(
            in: UserData(
                signed: signed.map { (rawData: Array($0.0.utf8), signature: $0.1) },
                encrypted: encrypted.map { (data: $0.0, iv: $0.1) }
            ),
            of: User.Key(appID: (app ?? self.app).id, openID: openID),
            under: UserSessionKeys(
                newest: SessionKey(key),
                older: try older.map { try #require(SessionKey($0)) }
            )
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

    // MARK: - Several keys

    private static let strangeKeys = ["AAAAAAAAAAAAAAAAAAAAAA==", Vectors.sessionKeyB]

    @Test func `the signature may be of any key that is still usable`() throws {
        let signed = (Vectors.rawDataB, Vectors.signatureB)
        #expect(try profile(signed: signed, older: Self.strangeKeys)?.nickName == "Band")
        #expect(error { try profile(signed: signed, older: [Self.strangeKeys[0]]) } == "invalid_signature")
    }

    @Test func `data may be under any key that is still usable, and which it was is told`() throws {
        let user = User.Key(appID: app.id, openID: GatewaySamples.openID)
        let mine = try #require(SessionKey(Vectors.sessionKey))
        let others = try Self.strangeKeys.map { try #require(SessionKey($0)) }
        for data in [Vectors.encryptedA, Vectors.encryptedC, Vectors.encryptedD] {
            let newest = try checker.decrypt(
                (data, Vectors.iv),
                of: user,
                under: UserSessionKeys(newest: mine, older: others)
            )
            #expect(newest.isByNewestKey)
            for older in [[mine] + others, others + [mine]] {
                let keys = UserSessionKeys(newest: others[0], older: older)
                #expect(try !checker.decrypt((data, Vectors.iv), of: user, under: keys).isByNewestKey)
            }
            // The newest one is there, but no data key opens it any more.
            let unreadable = UserSessionKeys(newest: nil, older: [mine])
            #expect(try !checker.decrypt((data, Vectors.iv), of: user, under: unreadable).isByNewestKey)
        }
    }

    @Test func `when no key fits, or there is none, it is session_key_expired; malformed data is told before`() throws {
        let user = User.Key(appID: app.id, openID: GatewaySamples.openID)
        let strangers = UserSessionKeys(
            newest: SessionKey(Self.strangeKeys[0]),
            older: [try #require(SessionKey(Self.strangeKeys[1]))]
        )
        for keys in [strangers, UserSessionKeys(newest: nil)] {
            let stale = #expect(throws: GatewayError.self) {
                _ = try checker.decrypt((Vectors.encryptedA, Vectors.iv), of: user, under: keys)
            }
            #expect(stale?.problem.error == "session_key_expired")
            for (data, iv) in [("AAAA", Vectors.iv), (Vectors.encryptedA, "AAAA"), ("", ""), ("!", "!")] {
                let malformed = #expect(throws: GatewayError.self) {
                    _ = try checker.decrypt((data, iv), of: user, under: keys)
                }
                #expect(malformed?.problem.error == "decrypt_failed")
            }
        }
    }

    @Test func `bad padding, bad JSON and a missing watermark cannot be told apart`() throws {
        let key = try #require(SessionKey(Vectors.sessionKey))
        let user = User.Key(appID: app.id, openID: GatewaySamples.openID)
        var problems: [Problem] = []
        let samples: [(plaintext: String, cut: Int)] = [
            // The padding's block is cut off.
            (#"{"watermark":{"appid":"wx4f4bc4dec97d474b","timestamp":1}}"#, 16),
            (#"{"watermark":{"appid":"wx4f4bc4dec97d474b","timestamp":1}"#, 0),
            (#"{"openId":"o"}"#, 0), (#"{"watermark":{"appid":"wx4f4bc4dec97d474b"}}"#, 0), ("[]", 0), ("", 0),
        ]
        for sample in samples {
            let plaintext = Array(sample.plaintext.utf8)
            var ciphertext = try AESCBC().encrypt(
                plaintext.span,
                key: key.bytes,
                initializationVector: [16 of UInt8](repeating: 0)
            )
            ciphertext.removeLast(sample.cut)
            let encrypted = (Base64.encode(ciphertext.span), "AAAAAAAAAAAAAAAAAAAAAA==")
            let error = #expect(throws: GatewayError.self) {
                _ = try checker.decrypt(encrypted, of: user, under: UserSessionKeys(newest: key, older: [key]))
            }
            if let problem = error?.problem { problems.append(problem) }
        }
        #expect(problems.count == samples.count)
        for problem in problems {
            #expect(problem.error == "session_key_expired" && problem.status == .conflict)
            #expect(problem.detail == problems[0].detail && problem.members.isEmpty && problem.headers.isEmpty)
        }
    }

    @Test func `an older key gives the same refusals as the newest`() throws {
        let older = [Vectors.sessionKey]
        let other = try GatewaySamples.app("wx0000000000000000")
        let data = (Vectors.encryptedA, Vectors.iv)
        #expect(
            error { try profile(encrypted: data, key: Vectors.sessionKeyB, older: older, app: other) }
                == "watermark_mismatch"
        )
        #expect(
            error { try profile(encrypted: data, key: Vectors.sessionKeyB, older: older, openID: "oOther") }
                == "forbidden"
        )
    }

    private func signature(of rawData: String) throws -> String {
        let bytes = Array((rawData + Vectors.sessionKey).utf8)
        let digest = try Digest.sha1(bytes.span)
        return Hex.encode(digest.span)
    }
}
