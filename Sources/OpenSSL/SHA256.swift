import COpenSSL

/// SHA-256 (FIPS 180-4) with a context that is kept, for who hashes short texts at each request.
///
/// Costs about half of `Digest.sha256`, which makes a context and an array each time. One instance a loop: it is not
/// `Sendable`.
@safe public final class SHA256 {
    /// Length of every digest.
    public static let byteCount = 32

    private let context: OpaquePointer

    /// Fetches the digest into a context.
    ///
    /// - Throws: `OpenSSLError` when the library has no SHA-256 or no memory.
    public init() throws(OpenSSLError) {
        let algorithm = unsafe try checkPointer("EVP_MD_fetch(SHA256)") { unsafe EVP_MD_fetch(nil, "SHA256", nil) }
        // The context holds its own reference.
        defer { unsafe EVP_MD_free(algorithm) }
        let context = unsafe try checkPointer("EVP_MD_CTX_new") { unsafe EVP_MD_CTX_new() }
        do throws(OpenSSLError) {
            try check("EVP_DigestInit_ex2") { unsafe EVP_DigestInit_ex2(context, algorithm, nil) }
        } catch {
            unsafe EVP_MD_CTX_free(context)
            throw error
        }
        unsafe self.context = context
    }

    /// The digest of a whole message.
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails.
    public func digest(of message: Span<UInt8>) throws(OpenSSLError) -> [32 of UInt8] {
        // No algorithm: the one from last time.
        try check("EVP_DigestInit_ex2") { unsafe EVP_DigestInit_ex2(context, nil, nil) }
        try check("EVP_DigestUpdate") {
            unsafe message.withUnsafeBufferPointer { unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        }
        var digest = [32 of UInt8](repeating: 0)
        var span = digest.mutableSpan
        try check("EVP_DigestFinal_ex") {
            unsafe span.withUnsafeMutableBufferPointer { unsafe EVP_DigestFinal_ex(context, $0.baseAddress, nil) }
        }
        return digest
    }

    deinit { unsafe EVP_MD_CTX_free(context) }
}
