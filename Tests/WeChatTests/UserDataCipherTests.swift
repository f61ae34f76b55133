import OpenSSL
import TestSupport
import Testing
import WeChat

@Suite struct UserDataCipherTests {
    let cipher: UserDataCipher
    let aes: AESCBC
    let key: SessionKey
    let vector: [16 of UInt8]

    init() throws {
        cipher = try UserDataCipher()
        aes = try AESCBC()
        key = try #require(SessionKey(UserDataVectors.sessionKey))
        let iv = try #require(Base64Member.decode(UserDataVectors.iv))
        vector = try #require(AESCBC.block(iv))
    }

    private func decrypt(_ encryptedData: String, iv: String = UserDataVectors.iv) throws -> UserDataCipher.Outcome {
        try cipher.decrypt(encryptedData: encryptedData, iv: iv, sessionKey: key)
    }

    private func data(_ encryptedData: String, iv: String = UserDataVectors.iv) throws -> DecryptedUserData {
        guard case .decrypted(let data) = try decrypt(encryptedData, iv: iv) else {
            throw NotDecrypted()
        }
        return data
    }

    private struct NotDecrypted: Error {}

    private func encrypted(_ plaintext: String) throws -> String {
        let plaintext = Array(plaintext.utf8)
        let ciphertext = try aes.encrypt(plaintext.span, key: key.bytes, initializationVector: vector)
        return Base64.encode(ciphertext.span)
    }

    /// Encrypts blocks as they are: the padding that `encrypt` adds is one whole block more, and cut off again.
    private func encrypted(blocks: [UInt8]) throws -> String {
        let ciphertext = try aes.encrypt(blocks.span, key: key.bytes, initializationVector: vector)
        let cut = Array(ciphertext.dropLast(16))
        return Base64.encode(cut.span)
    }

    @Test func `WeChat's demo decrypts to its user`() throws {
        let data = try data(UserDataVectors.encryptedA)
        #expect(String(decoding: data.json, as: UTF8.self) == UserDataVectors.plaintextA)
        #expect(data.appID == UserDataVectors.appID)
        #expect(data.timestamp == 1_477_314_187)
        #expect(data.openID == "oGZUI0egBJY1zhBYw2KhdUfwVJJE")
        #expect(data.unionID == "ocMvos6NjeKLIBqg5Mr9QjxrP1FA")
        #expect(data.profile?.nickName == "Band")
        #expect(data.profile?.avatarURL?.hasPrefix("http://wx.qlogo.cn/mmopen/") == true)
    }

    @Test func `a phone number decrypts and has no profile`() throws {
        let data = try data(UserDataVectors.encryptedC)
        #expect(String(decoding: data.json, as: UTF8.self) == UserDataVectors.plaintextC)
        #expect(data.timestamp == 1_637_744_274)
        #expect(data.openID == nil)
        #expect(data.profile == nil)
    }

    @Test func `an anonymous profile decrypts and counts as none`() throws {
        let data = try data(UserDataVectors.encryptedD)
        #expect(String(decoding: data.json, as: UTF8.self) == UserDataVectors.plaintextD)
        #expect(data.appID == UserDataVectors.appID)
        #expect(data.profile == nil)
    }

    @Test func `forms may have encoded the members once more or spoilt their plus signs`() throws {
        func percentEncoded(_ text: String) -> String {
            text.utf8.map { byte in
                switch byte {
                case UInt8(ascii: "+"): "%2B"
                case UInt8(ascii: "/"): "%2f"
                case UInt8(ascii: "="): "%3D"
                default: String(UnicodeScalar(byte))
                }
            }.joined()
        }
        let plain = UserDataVectors.encryptedD
        #expect(plain.contains("+") && plain.contains("/"))
        let expected = try data(plain)
        #expect(try data(percentEncoded(plain), iv: percentEncoded(UserDataVectors.iv)) == expected)
        #expect(try data(String(plain.map { $0 == "+" ? " " : $0 })) == expected)
        #expect(try decrypt(percentEncoded(percentEncoded(plain).replacing("%", with: "%25"))) == .malformed)
    }

    @Test(arguments: [
        "", "=", "not base64", "AAAA", "AAAAAAAAAAAAAAAAAAAAAA=", "AAAAAAAAAAAAAAAAAAAAAAA=", "%", "%4", "%zz", "微信",
        String(UserDataVectors.encryptedA.dropLast(4)), String(UserDataVectors.encryptedA.dropFirst()),
        UserDataVectors.encryptedA + "\n", UserDataVectors.encryptedA.replacing("/", with: "_"),
    ])
    func `encryptedData that no key could decrypt is malformed`(encryptedData: String) throws {
        #expect(try decrypt(encryptedData) == .malformed)
    }

    @Test(arguments: ["", "AAAA", "r7BXXKkLb8qrSNn05n0q", "r7BXXKkLb8qrSNn05n0qiAA=", "r7BXXKkLb8qrSNn05n0qiB==", "*"])
    func `an iv that is not sixteen bytes is malformed`(iv: String) throws {
        #expect(try decrypt(UserDataVectors.encryptedA, iv: iv) == .malformed)
    }

    @Test func `another user's key deciphers nothing`() throws {
        let other = try #require(SessionKey(UserDataVectors.sessionKeyB))
        let outcome = try cipher.decrypt(
            encryptedData: UserDataVectors.encryptedA,
            iv: UserDataVectors.iv,
            sessionKey: other
        )
        #expect(outcome == .undecipherable)
    }

    @Test(arguments: [
        "", "{}", "[]", "null", "\"watermark\"", "{\"watermark\":null}", "{\"watermark\":{}}", "{\"watermark\":\"x\"}",
        "{\"watermark\":{\"appid\":\"wx\"}}", "{\"watermark\":{\"timestamp\":1}}", "not JSON at all",
        "{\"watermark\":{\"appid\":1,\"timestamp\":1}}", "{\"watermark\":{\"appid\":\"wx\",\"timestamp\":\"x\"}}",
        "{\"watermark\":{\"appid\":\"wx\",\"timestamp\":1}", "{\"watermark\":{\"appid\":\"wx\",\"timestamp\":1}}}",
        "\u{feff}{\"watermark\":{\"appid\":\"wx\",\"timestamp\":1}}",
        "{\"openId\":7,\"watermark\":{\"appid\":\"wx\",\"timestamp\":1}}",
    ])
    func `other content than watermarked JSON is undecipherable`(plaintext: String) throws {
        #expect(try decrypt(encrypted(plaintext)) == .undecipherable)
    }

    @Test func `deep nesting is undecipherable`() throws {
        #expect(try decrypt(encrypted(String(repeating: "[", count: 40_000))) == .undecipherable)
        #expect(try decrypt(encrypted(String(repeating: "{\"a\":", count: 10_000))) == .undecipherable)
    }

    @Test func `text that is not UTF-8 is undecipherable even where nobody reads it`() throws {
        var plaintext = Array("{\"watermark\":{\"appid\":\"wx\",\"timestamp\":1},\"x\":\"?\"}".utf8)
        #expect(try decrypt(encrypted(String(decoding: plaintext, as: UTF8.self))) != .undecipherable)
        plaintext[plaintext.count - 3] = 0xff
        let ciphertext = try aes.encrypt(plaintext.span, key: key.bytes, initializationVector: vector)
        #expect(try decrypt(Base64.encode(ciphertext.span)) == .undecipherable)
    }

    @Test func `wrong padding is undecipherable, and so is right padding around nothing`() throws {
        let json = "{\"watermark\":{\"appid\":\"wx\",\"timestamp\":1}}"
        let spaces = Array((json + String(repeating: " ", count: 48 - json.utf8.count)).utf8)
        #expect(spaces.count == 48)
        // Whole valid JSON, but the last byte is a space and no padding.
        #expect(try decrypt(encrypted(blocks: spaces)) == .undecipherable)
        #expect(try decrypt(encrypted(blocks: Array(repeating: 16, count: 16))) == .undecipherable)
        #expect(try decrypt(encrypted(blocks: Array(repeating: 0, count: 16))) == .undecipherable)
    }

    @Test func `whatever bit is flipped, the answer is one of two and never a crash`() throws {
        let ciphertext = try #require(Base64Member.decode(UserDataVectors.encryptedC))
        for bit in 0..<ciphertext.count * 8 {
            var changed = ciphertext
            changed[bit / 8] ^= 1 << (bit % 8)
            let outcome = try decrypt(Base64.encode(changed.span))
            #expect(outcome != .malformed)
            if case .decrypted(let data) = outcome {
                #expect(String(decoding: data.json, as: UTF8.self) != UserDataVectors.plaintextC)
            }
        }
    }

    @Test func `decrypted data does not print`() throws {
        let data = try data(UserDataVectors.encryptedC)
        #expect(!"\(data) \(UserDataCipher.Outcome.decrypted(data))".contains("135"))
    }
}
