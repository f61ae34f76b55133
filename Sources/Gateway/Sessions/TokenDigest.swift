internal import OpenSSL

/// The digest of a `sid` or a `jti`, which is all that is kept of one (contract, *Token*): what is stored names no session.
///
/// The first half of SHA-256: of 128 random bits, more of it would tell nothing more.
public struct TokenDigest: Hashable, Sendable {
    /// The bytes as two numbers, big-endian: a value without a heap object, of which a gateway holds millions.
    package let high: UInt64
    package let low: UInt64

    /// Takes a stored digest apart.
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Hashes a text of at least 128 random bits, as ids in tokens and session_keys are.
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails.
    init(of id: String, by sha256: SHA256) throws(OpenSSLError) {
        try self.init(of: id.utf8Span.span, by: sha256)
    }

    /// The same for the text's bytes.
    init(of id: Span<UInt8>, by sha256: SHA256) throws(OpenSSLError) {
        (high, low) = try sha256.firstHalf(of: id)
    }
}
