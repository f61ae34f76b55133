/// SHA-256 (FIPS 180-4) for who hashes short texts at each request: 22 bytes cost one compression and little more.
///
/// Costs a sixth of `Digest.sha256`, which makes a context and an array each time.
public struct SHA256: Sendable {
    /// Length of every digest.
    public static let byteCount = SHA256State.digestByteCount

    /// The state before the first byte, made once.
    private let start: SHA256State

    /// Asks the library for the state in which a hash begins.
    ///
    /// - Throws: `OpenSSLError` when the library has no SHA-256.
    public init() throws(OpenSSLError) {
        start = try SHA256State()
    }

    /// The digest of a whole message.
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails.
    public func digest(of message: Span<UInt8>) throws(OpenSSLError) -> [32 of UInt8] {
        try start.digest(endingWith: message)
    }

    /// The first 16 bytes of the digest as two numbers, most significant byte first.
    ///
    /// - Throws: as ``digest(of:)``.
    public func firstHalf(of message: Span<UInt8>) throws(OpenSSLError) -> (UInt64, UInt64) {
        try start.ended(by: message).firstHalf
    }
}
