import COpenSSL

/// AES-128 in CBC mode (NIST SP 800-38A) with the padding of PKCS#7 (RFC 5652 section 6.3).
///
/// Holds a fetched cipher and one context for all messages, which halves the cost of a message of 400 bytes. One instance
/// a loop: it is not `Sendable`. The context keeps the last key's schedule until the next message or the end.
@safe public final class AESCBC {
    /// Bytes of a block, and of key and initialisation vector.
    public static let blockByteCount = 16

    private let cipher: OpaquePointer
    private let context: OpaquePointer

    /// Fetches the cipher.
    ///
    /// - Throws: `OpenSSLError` when the library has no such cipher or no memory.
    public init() throws(OpenSSLError) {
        let cipher = unsafe try checkPointer("EVP_CIPHER_fetch(AES-128-CBC)") {
            unsafe EVP_CIPHER_fetch(nil, "AES-128-CBC", nil)
        }
        do throws(OpenSSLError) {
            unsafe context = try checkPointer("EVP_CIPHER_CTX_new") { unsafe EVP_CIPHER_CTX_new() }
        } catch {
            unsafe EVP_CIPHER_free(cipher)
            throw error
        }
        unsafe self.cipher = cipher
    }

    /// Sixteen bytes as the fixed-size value that a key or an initialisation vector is, or nil for another number.
    public static func block(_ bytes: [UInt8]) -> [16 of UInt8]? {
        guard bytes.count == blockByteCount else { return nil }
        return [16 of UInt8] { bytes[$0] }
    }

    /// The message, or nil when `ciphertext` is empty, not whole blocks, or ends in no valid padding.
    ///
    /// Who decrypts for strangers uses `decryptBlocks` instead and judges padding and content in one step: a caller that
    /// answers differently for nil is a padding oracle.
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails.
    public func decrypt(
        _ ciphertext: Span<UInt8>,
        key: [16 of UInt8],
        initializationVector: [16 of UInt8]
    ) throws(OpenSSLError) -> [UInt8]? {
        guard
            var plaintext = try decryptBlocks(ciphertext, key: key, initializationVector: initializationVector)
        else { return nil }
        let padding = PKCS7Padding(of: plaintext.span)
        guard padding.isValid else { return nil }
        plaintext.removeLast(padding.byteCount)
        return plaintext
    }

    /// The decrypted blocks with their padding still on, or nil when `ciphertext` is empty or not whole blocks.
    ///
    /// Takes the same time for any ciphertext of one length.
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails.
    public func decryptBlocks(
        _ ciphertext: Span<UInt8>,
        key: [16 of UInt8],
        initializationVector: [16 of UInt8]
    ) throws(OpenSSLError) -> [UInt8]? {
        guard !ciphertext.isEmpty, ciphertext.count.isMultiple(of: Self.blockByteCount) else { return nil }
        return try run(.decrypt, ciphertext, key: key, initializationVector: initializationVector)
    }

    /// The padded message, encrypted: always at least one byte longer than `plaintext`, and whole blocks.
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails.
    public func encrypt(
        _ plaintext: Span<UInt8>,
        key: [16 of UInt8],
        initializationVector: [16 of UInt8]
    ) throws(OpenSSLError) -> [UInt8] {
        let missing = Self.blockByteCount - plaintext.count % Self.blockByteCount
        var padded = unsafe plaintext.withUnsafeBufferPointer { unsafe [UInt8]($0) }
        padded.append(contentsOf: repeatElement(UInt8(missing), count: missing))
        return try run(.encrypt, padded.span, key: key, initializationVector: initializationVector)
    }

    deinit {
        unsafe EVP_CIPHER_CTX_free(context)
        unsafe EVP_CIPHER_free(cipher)
    }

    private enum Direction: Int32 {
        case decrypt = 0
        case encrypt = 1
    }

    /// Whole blocks in, as many out: the library's own padding is off.
    private func run(
        _ direction: Direction,
        _ input: Span<UInt8>,
        key: [16 of UInt8],
        initializationVector: [16 of UInt8]
    ) throws(OpenSSLError) -> [UInt8] {
        try check("EVP_CipherInit_ex2") {
            unsafe key.span.withUnsafeBufferPointer { key in
                unsafe initializationVector.span.withUnsafeBufferPointer { vector in
                    unsafe EVP_CipherInit_ex2(
                        context,
                        cipher,
                        key.baseAddress,
                        vector.baseAddress,
                        direction.rawValue,
                        nil
                    )
                }
            }
        }
        try check("EVP_CIPHER_CTX_set_padding") { unsafe EVP_CIPHER_CTX_set_padding(context, 0) }
        guard let inputCount = Int32(exactly: input.count) else {
            throw OpenSSLError(operation: "EVP_CipherUpdate", reason: "the message is over 2 GiB")
        }
        var output = [UInt8](repeating: 0, count: input.count)
        var written: Int32 = 0
        try check("EVP_CipherUpdate") {
            unsafe output.withUnsafeMutableBufferPointer { output in
                unsafe input.withUnsafeBufferPointer { input in
                    unsafe EVP_CipherUpdate(
                        context,
                        output.baseAddress,
                        &written,
                        input.baseAddress,
                        inputCount
                    )
                }
            }
        }
        // Without padding nothing is held back for EVP_CipherFinal_ex.
        guard written == inputCount else {
            throw OpenSSLError(operation: "EVP_CipherUpdate", reason: "wrote \(written) of \(inputCount) bytes")
        }
        return output
    }
}
