public import OpenSSL

/// Why some bytes are no data key.
public enum DataKeyError: Error, Equatable, Sendable {
    /// Not `DataKey.byteCount` bytes.
    case wrongLength(byteCount: Int)
    /// The library failed while the key or its id was made.
    case library(OpenSSLError)
}

/// One key that encrypts what is at rest.
public struct DataKey: Sendable, Redacted {
    /// Bytes of a key; they must be random.
    public static let byteCount = 32

    /// The id by which records name their key: the first 8 bytes of HMAC-SHA256(key, "kid"), most significant first.
    /// Public.
    public let id: UInt64

    let bytes: [UInt8]

    /// Takes `byteCount` random bytes.
    ///
    /// - Throws: `DataKeyError.wrongLength` for another number of bytes.
    public init(_ bytes: [UInt8]) throws(DataKeyError) {
        guard bytes.count == Self.byteCount else { throw .wrongLength(byteCount: bytes.count) }
        let label = Array("kid".utf8)
        do throws(OpenSSLError) {
            let code = try HMACSHA256(key: bytes.span).code(for: label.span)
            id = (0..<8).reduce(0) { $0 << 8 | UInt64(code[$1]) }
        } catch {
            throw .library(error)
        }
        self.bytes = bytes
    }

    /// A new random key.
    public static func generate() throws(DataKeyError) -> DataKey {
        let bytes: [UInt8]
        do throws(OpenSSLError) {
            bytes = try SecureRandom.generate(byteCount)
        } catch {
            throw .library(error)
        }
        return try DataKey(bytes)
    }
}
