internal import OpenSSL

/// `encryptedData` and `iv` of a request, in a form that some key could decrypt.
public struct EncryptedUserData: Sendable {
    let ciphertext: [UInt8]
    let initializationVector: [16 of UInt8]

    /// Decodes the two Base64 members, which may be percent-encoded once more (`Base64Member`).
    ///
    /// Nil when no key could ever decrypt this: not Base64, not whole blocks, or an iv that is not 16 bytes.
    public init?(encryptedData: String, iv: String) {
        guard
            let ciphertext = Base64Member.decode(encryptedData), !ciphertext.isEmpty,
            ciphertext.count.isMultiple(of: AESCBC.blockByteCount),
            let vector = Base64Member.decode(iv).flatMap(AESCBC.block)
        else { return nil }
        self.ciphertext = ciphertext
        initializationVector = vector
    }
}
