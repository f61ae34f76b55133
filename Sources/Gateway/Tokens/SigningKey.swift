public import OpenSSL

/// One key that signs tokens, by one of three algorithms.
public struct SigningKey: Sendable, Redacted {
    /// RFC 7518 section 3.2: an HS256 key is at least as long as the output of the hash.
    public static let byteCountMin = 32

    /// What signs and verifies.
    enum Material: Sendable {
        case bytes([UInt8])
        case elliptic(EllipticKey)
    }

    /// The id that tokens name their key by: for HS256 the first 16 hex digits of HMAC-SHA256(key, "kid"), else the
    /// thumbprint of the public key (RFC 7638). Public.
    public let kid: String
    /// What it signs by.
    public let algorithm: TokenAlgorithm
    /// The public half, for who verifies elsewhere; nil for HS256, where it would be the key itself.
    public let publicKey: JSONWebKey?

    let material: Material

    /// Takes random bytes for HS256, at least `byteCountMin`.
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
        algorithm = .hs256
        publicKey = nil
        material = .bytes(bytes)
    }

    /// Takes one private key in PEM (PKCS#8 or SEC 1, not encrypted), for ES256 or EdDSA.
    ///
    /// - Throws: `SigningKeyError`, which says what the text is instead.
    public init(pem: String, algorithm: TokenAlgorithm) throws(SigningKeyError) {
        let keys = try Self.read(pem: pem, algorithm: algorithm)
        guard let key = keys.first else { throw .noBlock }
        guard keys.count == 1 else { throw .tooMany(count: keys.count) }
        self = key
    }

    /// Takes a key of `algorithm`'s curve.
    init(_ key: EllipticKey, algorithm: TokenAlgorithm) throws(SigningKeyError) {
        precondition(key.curve == algorithm.curve, "a key signs by the algorithm of its curve")
        do throws(OpenSSLError) {
            let publicKey = try JSONWebKey(key.publicKey, algorithm: algorithm)
            kid = publicKey.kid
            self.publicKey = publicKey
        } catch {
            throw .library(error)
        }
        self.algorithm = algorithm
        material = .elliptic(key)
    }

    /// Makes a random key.
    ///
    /// - Throws: `SigningKeyError.library` only.
    public static func generate(_ algorithm: TokenAlgorithm) throws(SigningKeyError) -> SigningKey {
        guard let curve = algorithm.curve else {
            return try SigningKey(
                library { () throws(OpenSSLError) in
                    try SecureRandom.generate(byteCountMin)
                }
            )
        }
        let key = try library { () throws(OpenSSLError) in try EllipticKey(generatedOn: curve) }
        return try SigningKey(key, algorithm: algorithm)
    }

    /// Tells the library's failures as ours.
    static func library<Value>(_ call: () throws(OpenSSLError) -> Value) throws(SigningKeyError) -> Value {
        do throws(OpenSSLError) {
            return try call()
        } catch {
            throw .library(error)
        }
    }
}
