import OpenSSL

/// Writes, signs and encrypts open data as a user's WeChat does (facts sheet 8).
enum UserDataSealer {
    /// The name and the picture that everybody has since November 2022.
    private static let anonymousName = "\u{5FAE}\u{4FE1}\u{7528}\u{6237}"
    private static let anonymousAvatar = "https://example.invalid/grey/132"

    /// - Parameters:
    ///   - key: the session_key, the Base64 of 16 bytes.
    ///   - generator: where the iv comes from.
    static func seal(
        _ request: UserDataRequest,
        of user: SimulatedUser,
        appid: String,
        key: String,
        at now: UnixTime,
        using generator: inout SeededGenerator
    ) -> UserData {
        let timestamp = UnixTime(milliseconds: now.milliseconds - request.age.milliseconds).seconds
        let watermark = (appid: request.watermarkAppid ?? appid, timestamp: timestamp)
        // A key and an iv have the same shape.
        let iv = Identifier.sessionKey(using: &generator)
        let plaintext = object { json in
            if request.kind == .phone {
                request.phone.write(to: &json, appid: watermark.appid, timestamp: watermark.timestamp)
                return
            }
            if request.kind == .userInfo { json.member("openId", user.openid) }
            writeProfile(of: user, isAnonymous: request.isAnonymous, to: &json)
            if request.kind == .userInfo { json.member("unionId", user.unionid) }
            json.watermark(appid: watermark.appid, timestamp: watermark.timestamp)
        }
        let encryptedData = encrypt(plaintext, key: key, iv: iv)
        if request.kind == .phone {
            return UserData(encryptedData: encryptedData, iv: iv, rawData: nil, signature: nil)
        }
        let rawData = object { writeProfile(of: user, isAnonymous: request.isAnonymous, to: &$0) }
        return UserData(
            encryptedData: encryptedData,
            iv: iv,
            rawData: String(decoding: rawData, as: UTF8.self),
            signature: sign(rawData, key: key)
        )
    }

    /// Gender, language and region are there but empty since October 2021.
    private static func writeProfile(of user: SimulatedUser, isAnonymous: Bool, to json: inout JSONWriter) {
        json.member("nickName", isAnonymous ? anonymousName : user.nickName ?? "Band")
        json.member("gender", 0)
        for name in ["language", "city", "province", "country"] { json.member(name, "") }
        json.member(
            "avatarUrl",
            isAnonymous ? anonymousAvatar : user.avatarUrl ?? "https://example.invalid/\(user.openid)/132"
        )
    }

    private static func object(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        write(&json)
        json.endObject()
        return json.bytes
    }

    private static func sign(_ rawData: [UInt8], key: String) -> String {
        let digest = needed { () throws(OpenSSLError) in try Digest.sha1(rawData.span, key.utf8.span) }
        return Hex.encode(digest.span)
    }

    private static func encrypt(_ plaintext: [UInt8], key: String, iv: String) -> String {
        guard
            let key = Base64.decode(key.utf8.span).flatMap(AESCBC.block),
            let iv = Base64.decode(iv.utf8.span).flatMap(AESCBC.block)
        else { preconditionFailure("keys are checked when they are set, and ivs are made here") }
        let ciphertext = needed { () throws(OpenSSLError) in
            try AESCBC().encrypt(plaintext.span, key: key, initializationVector: iv)
        }
        return Base64.encode(ciphertext.span)
    }

    private static func needed<Value>(_ body: () throws(OpenSSLError) -> Value) -> Value {
        do throws(OpenSSLError) {
            return try body()
        } catch {
            preconditionFailure("a short message needs nothing but a working libcrypto: \(error)")
        }
    }
}
