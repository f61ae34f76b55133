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

    /// Writes the ciphertext, as long as `plaintext`, and its tag.
    ///
    /// - Parameter sealed: room for both, and no more.
    /// - Throws: `OpenSSLError` only when the library itself fails; `sealed` is then not to be used.
    public func seal(
        _ plaintext: Span<UInt8>,
        key: [32 of UInt8],
        nonce: [12 of UInt8],
        associatedData: Span<UInt8>,
        into sealed: inout MutableSpan<UInt8>
    ) throws(OpenSSLError) {
        precondition(sealed.count == plaintext.count + Self.tagByteCount, "a sealed message is 16 bytes longer")
        let byteCount = try Self.length(of: plaintext)
        let associatedByteCount = try Self.length(of: associatedData)
        // One look at the error queue for all steps: each look costs half as much as a step.
        emptyErrorQueue()
        var result = begin(.seal, key, nonce, associatedData, associatedByteCount)
        unsafe sealed.withUnsafeMutableBufferPointer { sealed in
            guard result == 1, let start = sealed.baseAddress else { return }
            result = unsafe update(plaintext, byteCount, to: start)
            guard result == 1 else { return }
            let tag = unsafe start + plaintext.count
            var rest: Int32 = 0
            // The mode writes nothing here: it has no padding.
            result = unsafe EVP_CipherFinal_ex(context, tag, &rest)
            guard result == 1 else { return }
            result = unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(Self.tagByteCount), tag)
        }
        guard result == 1 else { throw OpenSSLError.fromQueue("EVP_CipherUpdate(sealing)") }
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
        let ciphertext = sealed.extracting(first: count)
        let byteCount = try Self.length(of: ciphertext)
        let associatedByteCount = try Self.length(of: associatedData)
        var result: Int32 = 0
        emptyErrorQueue()
        let plaintext = [UInt8](capacity: count) { output in
            unsafe output.withUnsafeMutableBufferPointer { output, written in
                result = begin(.open, key, nonce, associatedData, associatedByteCount)
                guard result == 1, count > 0, let start = output.baseAddress else { return }
                result = unsafe update(ciphertext, byteCount, to: start)
                if result == 1 { written = count }
            }
        }
        guard result == 1 else { throw OpenSSLError.fromQueue("EVP_CipherUpdate(opening)") }
        // Nothing leaves before the tag was compared.
        return try isTag(sealed.extracting(droppingFirst: count)) ? plaintext : nil
    }

    deinit { unsafe EVP_CIPHER_CTX_free(context) }

    private enum Direction: Int32 {
        case open = 0
        case seal = 1
    }

    /// Starts a message. 1 for success.
    private func begin(
        _ direction: Direction,
        _ key: [32 of UInt8],
        _ nonce: [12 of UInt8],
        _ associatedData: Span<UInt8>,
        _ byteCount: Int32
    ) -> Int32 {
        let result = unsafe key.span.withUnsafeBufferPointer { key in
            unsafe nonce.span.withUnsafeBufferPointer { nonce in
                unsafe EVP_CipherInit_ex2(context, nil, key.baseAddress, nonce.baseAddress, direction.rawValue, nil)
            }
        }
        // Without an output the input is associated data (EVP_EncryptInit(3), AEAD interface).
        return result == 1 ? unsafe update(associatedData, byteCount, to: nil) : result
    }

    /// Passes on a part of a message. 1 for success.
    private func update(_ input: Span<UInt8>, _ byteCount: Int32, to output: UnsafeMutablePointer<UInt8>?) -> Int32 {
        // An empty span may have no address, which the library would take for the end of the message.
        guard byteCount > 0 else { return 1 }
        var written: Int32 = 0
        let result = unsafe input.withUnsafeBufferPointer {
            unsafe EVP_CipherUpdate(context, output, &written, $0.baseAddress, byteCount)
        }
        return result == 1 && written == byteCount ? 1 : 0
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
