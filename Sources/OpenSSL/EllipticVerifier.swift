import COpenSSL

/// Says whether a signature was made with one elliptic key. One instance a loop: it keeps contexts.
@safe public final class EllipticVerifier {
    private let key: EllipticKey
    private let operation: EllipticOperation

    /// Prepares to verify with the public half of `key`.
    ///
    /// - Throws: `OpenSSLError` when the library has not what it takes or no memory.
    public init(key: EllipticKey) throws(OpenSSLError) {
        self.key = key
        operation = unsafe try EllipticOperation(key: key) { unsafe EVP_PKEY_verify_init($0) }
    }

    /// Whether `signature` is one of `message`; false for any length but 64.
    ///
    /// ECDSA has two signatures for each one that was made: (r, s) and (r, n - s). Both are right by FIPS 186-5 and RFC
    /// 7518, and other writers make either, so both are accepted: a signature must not serve as the name of what it signs.
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails.
    public func isSignature(_ signature: Span<UInt8>, of message: Span<UInt8>) throws(OpenSSLError) -> Bool {
        guard signature.count == EllipticSigner.byteCount else { return false }
        switch operation {
        case .ecdsa(let context, let sha256):
            let digest = try sha256.digest(of: message)
            return unsafe isECDSA(ECDSASignature.der(signature), digest, context.pointer)
        case .edDSA(let context): return unsafe try isEdDSA(signature, message, context.pointer)
        }
    }

    /// Whatever is not 1 is false: numbers out of range (zero among them) are reported as errors by some releases.
    private func isECDSA(_ der: [UInt8], _ digest: [32 of UInt8], _ context: OpaquePointer) -> Bool {
        defer { emptyErrorQueue() }
        return unsafe der.withUnsafeBufferPointer { der in
            unsafe digest.span.withUnsafeBufferPointer { digest in
                unsafe EVP_PKEY_verify(context, der.baseAddress, der.count, digest.baseAddress, digest.count) == 1
            }
        }
    }

    private func isEdDSA(
        _ signature: Span<UInt8>,
        _ message: Span<UInt8>,
        _ context: OpaquePointer
    ) throws(OpenSSLError) -> Bool {
        try check("EVP_DigestVerifyInit_ex") {
            unsafe EVP_DigestVerifyInit_ex(context, nil, nil, nil, nil, key.pointer, nil)
        }
        defer { emptyErrorQueue() }
        return unsafe signature.withUnsafeBufferPointer { signature in
            unsafe message.withUnsafeBufferPointer { message in
                unsafe EVP_DigestVerify(
                    context,
                    signature.baseAddress,
                    signature.count,
                    message.baseAddress,
                    message.count
                ) == 1
            }
        }
    }
}
