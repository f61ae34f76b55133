internal import OpenSSL
internal import WeChat

/// Checks user data against a session_key. One a loop: it keeps a cipher context.
final class UserDataChecker {
    private let cipher: UserDataCipher

    init() throws(OpenSSLError) {
        cipher = try UserDataCipher()
    }

    /// Checks the signature first, then decrypts and compares watermark and openid.
    ///
    /// - Returns: the profile in the data, if there is one; encrypted data wins over signed.
    /// - Throws: `invalidSignature`, `decryptFailed`, `sessionKeyExpired`, `watermarkMismatch` or `forbidden`.
    func profile(in data: UserData, of session: WeChatSession, app: App) throws(GatewayError) -> UserProfile? {
        var profile: UserProfile?
        if let signed = data.signed {
            guard try isRight(signed, session.sessionKey) else { throw .invalidSignature }
            profile = UserProfile.parse(rawData: signed.rawData)
        }
        if let encrypted = data.encrypted {
            profile = try decrypted(encrypted, of: session, app: app).profile ?? profile
        }
        return profile
    }

    private func isRight(
        _ signed: (rawData: [UInt8], signature: String),
        _ sessionKey: SessionKey
    ) throws(GatewayError) -> Bool {
        do throws(OpenSSLError) {
            return try UserDataSignature.matches(
                rawData: signed.rawData,
                signature: signed.signature,
                sessionKey: sessionKey
            )
        } catch {
            throw .internalFailure("\(error)")
        }
    }

    private func decrypted(
        _ encrypted: (data: String, iv: String),
        of session: WeChatSession,
        app: App
    ) throws(GatewayError) -> DecryptedUserData {
        let outcome: UserDataCipher.Outcome
        do throws(OpenSSLError) {
            outcome = try cipher.decrypt(
                encryptedData: encrypted.data,
                iv: encrypted.iv,
                sessionKey: session.sessionKey
            )
        } catch {
            throw .internalFailure("\(error)")
        }
        switch outcome {
        case .malformed: throw .decryptFailed
        case .undecipherable: throw .sessionKeyExpired
        case .decrypted(let data):
            guard data.appID == app.id else { throw .watermarkMismatch }
            guard data.openID == nil || data.openID == session.openID else {
                throw .forbidden("The encrypted data is of another user.")
            }
            return data
        }
    }
}
