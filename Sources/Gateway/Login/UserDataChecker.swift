internal import OpenSSL
internal import WeChat

/// Checks user data against a user's session_keys. One a loop: it keeps a cipher context.
final class UserDataChecker {
    /// What came out of encrypted data, and of which key.
    struct Decrypted {
        let data: DecryptedUserData
        /// Whether the user's newest key opened it; else an older one, which tells of a login in between.
        let isByNewestKey: Bool
    }

    private let cipher: UserDataCipher

    init() throws(OpenSSLError) {
        cipher = try UserDataCipher()
    }

    /// Checks the signature first, then decrypts and compares watermark and openid.
    ///
    /// - Returns: the profile in the data, if there is one; encrypted data wins over signed.
    /// - Throws: `invalidSignature`, `decryptFailed`, `sessionKeyExpired`, `watermarkMismatch` or `forbidden`.
    func profile(
        in data: UserData,
        of user: User.Key,
        under keys: UserSessionKeys
    ) throws(GatewayError) -> UserProfile? {
        var profile: UserProfile?
        if let signed = data.signed {
            try checkSignature(signed, under: keys)
            profile = UserProfile.parse(rawData: signed.rawData)
        }
        if let encrypted = data.encrypted {
            profile = try decrypt(encrypted, of: user, under: keys).data.profile ?? profile
        }
        return profile
    }

    /// - Throws: `invalidSignature` when none of the keys made it.
    func checkSignature(_ signed: UserData.Signed, under keys: UserSessionKeys) throws(GatewayError) {
        for key in keys.newestFirst {
            let isRight = try GatewayError.ofLibrary { () throws(OpenSSLError) in
                try UserDataSignature.matches(rawData: signed.rawData, signature: signed.signature, sessionKey: key)
            }
            if isRight { return }
        }
        throw .invalidSignature
    }

    /// Decrypts with the first key that gives padding, JSON and watermark.
    ///
    /// Each key is tried in full, and the next one after it whatever was missing: neither reply nor time tells a stranger,
    /// who chooses every block, how far he got.
    ///
    /// - Throws: `decryptFailed` before any key is tried, `sessionKeyExpired` when none fits, `watermarkMismatch`, or
    ///   `forbidden` when the data says that it is of another user.
    func decrypt(
        _ encrypted: UserData.Encrypted,
        of user: User.Key,
        under keys: UserSessionKeys
    ) throws(GatewayError) -> Decrypted {
        guard let wellFormed = EncryptedUserData(encryptedData: encrypted.data, iv: encrypted.iv) else {
            throw .decryptFailed
        }
        for (isNewest, key) in keys.attempts {
            let data = try GatewayError.ofLibrary { () throws(OpenSSLError) in
                try cipher.decrypt(wellFormed, sessionKey: key)
            }
            guard let data else { continue }
            guard data.appID == user.appID else { throw .watermarkMismatch }
            guard data.openID == nil || data.openID == user.openID else {
                throw .forbidden("The encrypted data is of another user.")
            }
            return Decrypted(data: data, isByNewestKey: isNewest)
        }
        throw .sessionKeyExpired
    }
}
