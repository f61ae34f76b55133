import COpenSSL

/// AES-256 in Galois/Counter Mode (NIST SP 800-38D) with a nonce of 12 bytes and a tag of 16: what was sealed opens
/// unchanged or not at all.
///
/// Holds one context for all messages. One instance a loop: it is not `Sendable`. The context keeps the last key's
/// schedule until the next message or the end.
@safe public final class AESGCM {
    /// Bytes of a key.
    public static let keyByteCount = 32
    /// Bytes of a nonce; one key must never meet the same nonce twice (SP 800-38D section 8).
    public static let nonceByteCount = 12
    /// Bytes of the tag that ends a sealed message.
    public static let tagByteCount = 16

    private let context: OpaquePointer

    /// Fetches the cipher into a context.
    ///
    /// - Throws: `OpenSSLError` when the library has no such cipher or no memory.
    public init() throws(OpenSSLError) {
        let cipher = unsafe try checkPointer("EVP_CIPHER_fetch(AES-256-GCM)") {
            unsafe EVP_CIPHER_fetch(nil, "AES-256-GCM", nil)
        }
        // The context holds its own reference.
        defer { unsafe EVP_CIPHER_free(cipher) }
        let context = unsafe try checkPointer("EVP_CIPHER_CTX_new") { unsafe EVP_CIPHER_CTX_new() }
        do throws(OpenSSLError) {
            // Named once: to name the cipher again for each message would make the library forget and rebuild it.
            try check("EVP_CipherInit_ex2") { unsafe EVP_CipherInit_ex2(context, cipher, nil, nil, 1, nil) }
        } catch {
            unsafe EVP_CIPHER_CTX_free(context)
            throw error
        }
        unsafe self.context = context
    }

    /// Appends the ciphertext, as long as `plaintext`, and its tag to `record`.
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails; `record` is then not to be used.
    public func seal(
        _ plaintext: Span<UInt8>,
        key: [32 of UInt8],
        nonce: [12 of UInt8],
        associatedData: Span<UInt8>,
        appendingTo record: inout [UInt8]
    ) throws(OpenSSLError) {
        try start(.seal, key: key, nonce: nonce, associatedData: associatedData)
        let start = record.count
        record.append(contentsOf: repeatElement(0, count: plaintext.count + Self.tagByteCount))
        var output = record.mutableSpan
        try update(plaintext, into: &output, from: start)
        try finishSealing(into: &output, from: start + plaintext.count)
    }

    /// The plaintext of a ciphertext with its tag, or nil for anything that does not verify: another key, nonce,
    /// associated data, or any changed or missing byte.
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails.
    public func open(
        _ sealed: Span<UInt8>,
        key: [32 of UInt8],
        nonce: [12 of UInt8],
        associatedData: Span<UInt8>
    ) throws(OpenSSLError) -> [UInt8]? {
        let count = sealed.count - Self.tagByteCount
        guard count >= 0 else { return nil }
        try start(.open, key: key, nonce: nonce, associatedData: associatedData)
        var plaintext = [UInt8](repeating: 0, count: count)
        var output = plaintext.mutableSpan
        try update(sealed.extracting(first: count), into: &output, from: 0)
        // Nothing leaves before the tag was compared.
        guard try isTag(sealed.extracting(droppingFirst: count)) else { return nil }
        return plaintext
    }

    deinit { unsafe EVP_CIPHER_CTX_free(context) }

    private enum Direction: Int32 {
        case open = 0
        case seal = 1
    }

    private func start(
        _ direction: Direction,
        key: [32 of UInt8],
        nonce: [12 of UInt8],
        associatedData: Span<UInt8>
    ) throws(OpenSSLError) {
        try check("EVP_CipherInit_ex2") {
            unsafe key.span.withUnsafeBufferPointer { key in
                unsafe nonce.span.withUnsafeBufferPointer { nonce in
                    unsafe EVP_CipherInit_ex2(
                        context,
                        nil,
                        key.baseAddress,
                        nonce.baseAddress,
                        direction.rawValue,
                        nil
                    )
                }
            }
        }
        guard !associatedData.isEmpty else { return }
        let byteCount = try Self.length(of: associatedData)
        var written: Int32 = 0
        // Without an output the input is associated data (EVP_EncryptInit(3), AEAD interface).
        try check("EVP_CipherUpdate(associated data)") {
            unsafe associatedData.withUnsafeBufferPointer {
                unsafe EVP_CipherUpdate(context, nil, &written, $0.baseAddress, byteCount)
            }
        }
    }

    private func update(
        _ input: Span<UInt8>,
        into output: inout MutableSpan<UInt8>,
        from start: Int
    ) throws(OpenSSLError) {
        // An empty span may have no address, which the library would take for the end of the message.
        guard !input.isEmpty else { return }
        let byteCount = try Self.length(of: input)
        var written: Int32 = 0
        try check("EVP_CipherUpdate") {
            unsafe output.withUnsafeMutableBufferPointer { output in
                unsafe input.withUnsafeBufferPointer { input in
                    guard let address = output.baseAddress else { return 0 }
                    return unsafe EVP_CipherUpdate(
                        context,
                        address + start,
                        &written,
                        input.baseAddress,
                        byteCount
                    )
                }
            }
        }
        guard written == byteCount else {
            throw OpenSSLError(operation: "EVP_CipherUpdate", reason: "wrote \(written) of \(byteCount) bytes")
        }
    }

    private func finishSealing(into output: inout MutableSpan<UInt8>, from start: Int) throws(OpenSSLError) {
        var written: Int32 = 0
        try check("EVP_CipherFinal_ex") {
            unsafe output.withUnsafeMutableBufferPointer { output in
                guard let address = output.baseAddress else { return 0 }
                // The mode writes nothing here: it has no padding.
                guard unsafe EVP_CipherFinal_ex(context, address + start, &written) == 1 else { return 0 }
                return unsafe EVP_CIPHER_CTX_ctrl(
                    context,
                    EVP_CTRL_AEAD_GET_TAG,
                    Int32(Self.tagByteCount),
                    address + start
                )
            }
        }
    }

    private func isTag(_ tag: Span<UInt8>) throws(OpenSSLError) -> Bool {
        var copy = [16 of UInt8] { tag[$0] }
        var span = copy.mutableSpan
        try check("EVP_CIPHER_CTX_ctrl(tag)") {
            unsafe span.withUnsafeMutableBufferPointer {
                unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(Self.tagByteCount), $0.baseAddress)
            }
        }
        var rest: UInt8 = 0
        var written: Int32 = 0
        defer { emptyErrorQueue() }
        // Another answer than 1 is a tag that differs: the library leaves no reason for it.
        return unsafe EVP_CipherFinal_ex(context, &rest, &written) == 1
    }

    private static func length(of part: Span<UInt8>) throws(OpenSSLError) -> Int32 {
        guard let count = Int32(exactly: part.count) else {
            throw OpenSSLError(operation: "EVP_CipherUpdate", reason: "the message is over 2 GiB")
        }
        return count
    }
}
