public import OpenSSL

/// Why some bytes are no signing key.
public enum SigningKeyError: Error, Equatable, Sendable {
    /// Fewer bytes than `SigningKey.byteCountMin`.
    case tooShort(byteCount: Int)
    /// The library failed while the key's id was made.
    case library(OpenSSLError)
}

/// One key for HS256 tokens.
public struct SigningKey: Sendable, Redacted {
    /// RFC 7518 section 3.2: at least as long as the output of the hash.
    public static let byteCountMin = 32

    /// The id that tokens name their key by: the first 16 hex digits of HMAC-SHA256(key, "kid"). Public.
    public let kid: String

    let bytes: [UInt8]

    /// Takes random bytes, at least `byteCountMin`.
    ///
    /// - Throws: `SigningKeyError.tooShort` for fewer bytes.
    public init(_ bytes: [UInt8]) throws(SigningKeyError) {
        guard bytes.count >= Self.byteCountMin else { throw .tooShort(byteCount: bytes.count) }
        let label = Array("kid".utf8)
        do throws(OpenSSLError) {
            let code = try HMACSHA256(key: bytes.span).code(for: label.span)
            kid = String(Hex.encode(code.span).prefix(16))
        } catch {
            throw .library(error)
        }
        self.bytes = bytes
    }
}
