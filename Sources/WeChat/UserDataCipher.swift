public import OpenSSL

/// Decryption of `encryptedData` (AES-128-CBC under the session_key). One instance a loop.
public final class UserDataCipher {
    /// What came of one attempt with one key.
    public enum Outcome: Equatable, Sendable {
        /// No key could ever decrypt this: not Base64, not whole blocks, or an iv that is not 16 bytes.
        case malformed
        /// Well-formed, but this key gives no padding, no JSON or no watermark. Which of them is not told, on purpose.
        case undecipherable
        /// JSON with a watermark, whose appid the caller has still to compare.
        case decrypted(DecryptedUserData)
    }

    private let aes: AESCBC

    /// Fetches the cipher.
    ///
    /// - Throws: `OpenSSLError` when the library cannot provide it.
    public init() throws(OpenSSLError) {
        aes = try AESCBC()
    }

    /// Tries one key on the two Base64 members of a request, which may be percent-encoded once more (`Base64Member`).
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails.
    public func decrypt(
        encryptedData: String,
        iv: String,
        sessionKey: SessionKey
    ) throws(OpenSSLError) -> Outcome {
        guard let data = EncryptedUserData(encryptedData: encryptedData, iv: iv) else { return .malformed }
        return try decrypt(data, sessionKey: sessionKey).map { .decrypted($0) } ?? .undecipherable
    }

    /// Tries one key; nil when it gives no padding, no JSON or no watermark. Takes the same time whichever is missing.
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails.
    public func decrypt(
        _ data: EncryptedUserData,
        sessionKey: SessionKey
    ) throws(OpenSSLError) -> DecryptedUserData? {
        let blocks = try aes.decryptBlocks(
            data.ciphertext.span,
            key: sessionKey.bytes,
            initializationVector: data.initializationVector
        )
        return blocks.flatMap { Self.judge($0) }
    }

    /// Padding and content in one verdict.
    ///
    /// The iv and every block are the client's to choose, so an answer (or a delay) that depends on the padding alone
    /// would let him decrypt any ciphertext byte by byte. Wrong padding therefore counts as none and the JSON is read
    /// all the same.
    private static func judge(_ blocks: [UInt8]) -> DecryptedUserData? {
        let padding = PKCS7Padding(of: blocks.span)
        let data = DecryptedUserData(json: Array(blocks.dropLast(padding.byteCount)))
        return padding.isValid ? data : nil
    }
}
