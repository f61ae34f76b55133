import COpenSSL

/// Signs with one elliptic key: ECDSA with SHA-256 on P-256 (RFC 7518 section 3.4), or Ed25519 (RFC 8032). One instance a
/// loop: it keeps contexts.
@safe public final class EllipticSigner {
    /// Length of every signature, on either curve.
    public static let byteCount = 64

    private let key: EllipticKey
    private let operation: EllipticOperation

    /// Prepares to sign with `key`.
    ///
    /// - Throws: `OpenSSLError` when the library has not what it takes or no memory.
    public init(key: EllipticKey) throws(OpenSSLError) {
        self.key = key
        operation = unsafe try EllipticOperation(key: key) { unsafe EVP_PKEY_sign_init($0) }
    }

    /// The signature of a whole message; of the same message the same on Ed25519, another one each time on P-256.
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails.
    public func sign(_ message: Span<UInt8>) throws(OpenSSLError) -> [64 of UInt8] {
        switch operation {
        case .ecdsa(let context, let sha256):
            let digest = try sha256.digest(of: message)
            return unsafe try signECDSA(digest, context.pointer)
        case .edDSA(let context): return unsafe try signEdDSA(message, context.pointer)
        }
    }

    private func signECDSA(_ digest: [32 of UInt8], _ context: OpaquePointer) throws(OpenSSLError) -> [64 of UInt8] {
        var der = [UInt8](repeating: 0, count: ECDSASignature.derByteCountMax)
        var count = der.count
        try check("EVP_PKEY_sign") {
            unsafe der.withUnsafeMutableBufferPointer { der in
                unsafe digest.span.withUnsafeBufferPointer { digest in
                    unsafe EVP_PKEY_sign(context, der.baseAddress, &count, digest.baseAddress, digest.count)
                }
            }
        }
        guard let signature = ECDSASignature.raw(der.span.extracting(first: count)) else {
            throw OpenSSLError(operation: "EVP_PKEY_sign", reason: "wrote no signature of P-256")
        }
        return signature
    }

    private func signEdDSA(_ message: Span<UInt8>, _ context: OpaquePointer) throws(OpenSSLError) -> [64 of UInt8] {
        try check("EVP_DigestSignInit_ex") {
            unsafe EVP_DigestSignInit_ex(context, nil, nil, nil, nil, key.pointer, nil)
        }
        var signature = [64 of UInt8](repeating: 0)
        var span = signature.mutableSpan
        var count = Self.byteCount
        try check("EVP_DigestSign") {
            unsafe span.withUnsafeMutableBufferPointer { signature in
                unsafe message.withUnsafeBufferPointer { message in
                    unsafe EVP_DigestSign(context, signature.baseAddress, &count, message.baseAddress, message.count)
                }
            }
        }
        return signature
    }
}
