import COpenSSL

/// SHA-1 and SHA-256 (FIPS 180-4) of a whole message.
///
/// Any thread may call these. Each algorithm is fetched once a process, because OpenSSL 3's implicit fetch by name costs
/// more than hashing a short message does.
public enum Digest {
    /// Hashes with SHA-1, which WeChat prescribes for `signature` over rawData. Not for anything of our own.
    ///
    /// - Throws: `OpenSSLError` when the library has no SHA-1 or no memory.
    public static func sha1(_ message: Span<UInt8>) throws(OpenSSLError) -> [UInt8] {
        try hash(message, with: fetchedSHA1)
    }

    /// Hashes two parts as if they were one message, without joining them.
    public static func sha1(_ first: Span<UInt8>, _ second: Span<UInt8>) throws(OpenSSLError) -> [UInt8] {
        try hash(first, second, with: fetchedSHA1)
    }

    /// Hashes with SHA-256.
    ///
    /// - Throws: `OpenSSLError` when the library has no SHA-256 or no memory.
    public static func sha256(_ message: Span<UInt8>) throws(OpenSSLError) -> [UInt8] {
        try hash(message, with: fetchedSHA256)
    }

    private static let fetchedSHA1 = FetchedDigest.fetch("SHA1")
    private static let fetchedSHA256 = FetchedDigest.fetch("SHA256")

    private static func hash(
        _ first: Span<UInt8>,
        _ second: Span<UInt8>? = nil,
        with fetched: Result<FetchedDigest, OpenSSLError>
    ) throws(OpenSSLError) -> [UInt8] {
        let algorithm = try fetched.get()
        let context = unsafe try checkPointer("EVP_MD_CTX_new") { unsafe EVP_MD_CTX_new() }
        defer { unsafe EVP_MD_CTX_free(context) }
        try check("EVP_DigestInit_ex2") { unsafe EVP_DigestInit_ex2(context, algorithm.pointer, nil) }
        unsafe try update(context, with: first)
        if let second { unsafe try update(context, with: second) }
        var digest = [UInt8](repeating: 0, count: algorithm.byteCount)
        try check("EVP_DigestFinal_ex") {
            unsafe digest.withUnsafeMutableBufferPointer { unsafe EVP_DigestFinal_ex(context, $0.baseAddress, nil) }
        }
        return digest
    }

    private static func update(_ context: OpaquePointer, with part: Span<UInt8>) throws(OpenSSLError) {
        try check("EVP_DigestUpdate") {
            unsafe part.withUnsafeBufferPointer { unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        }
    }
}

/// One algorithm from the library's providers, kept for the life of the process.
///
/// Unchecked: an `EVP_MD` is immutable after the fetch and libcrypto shares it between threads (EVP_MD_fetch(3)).
@safe final class FetchedDigest: @unchecked Sendable {
    let pointer: OpaquePointer
    let byteCount: Int

    private init(pointer: OpaquePointer) {
        unsafe self.pointer = pointer
        byteCount = Int(unsafe EVP_MD_get_size(pointer))
    }

    static func fetch(_ name: String) -> Result<FetchedDigest, OpenSSLError> {
        do throws(OpenSSLError) {
            let pointer = unsafe try checkPointer("EVP_MD_fetch(\(name))") { unsafe EVP_MD_fetch(nil, name, nil) }
            return unsafe .success(FetchedDigest(pointer: pointer))
        } catch {
            return .failure(error)
        }
    }

    deinit { unsafe EVP_MD_free(pointer) }
}
