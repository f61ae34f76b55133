public import OpenSSL

/// Says whether a text is a token of this gateway. One instance a loop: it keeps contexts for each key.
///
/// Knows nothing of sessions: a valid token may be of one that ended.
public final class TokenVerifier {
    /// What a text turned out to be.
    public enum Verdict: Equatable, Sendable {
        /// Signed by one of the keys and not expired.
        case valid(TokenClaims)
        /// Signed by one of the keys, but at or after its `exp`.
        case expired(TokenClaims)
        /// Not a token: over 4 KiB, not three parts of strict url-safe Base64, or no JSON in them.
        case malformed
        /// A token, but not ours: wrong signature, unknown key, any algorithm but that of the keys, another
        /// issuer.
        case unknown
    }

    /// Bound of a token's text. Our own have about 400 bytes; longer ones are not worth hashing.
    static let byteCountMax = 4096

    private struct Key {
        let kid: String
        let header: [UInt8]
        let scheme: Scheme
    }

    private enum Scheme {
        case hmac(HMACSHA256)
        case elliptic(EllipticVerifier)

        init(_ key: SigningKey) throws(OpenSSLError) {
            switch key.material {
            case .bytes(let bytes): self = .hmac(try HMACSHA256(key: bytes.span))
            case .elliptic(let key): self = .elliptic(try EllipticVerifier(key: key))
            }
        }

        /// The key alone says how; a token has no say in it.
        func isSignature(_ signature: Span<UInt8>, of signed: Span<UInt8>) throws(OpenSSLError) -> Bool {
            switch self {
            case .hmac(let hmac): try hmac.isCode(signature, for: signed)
            case .elliptic(let verifier): try verifier.isSignature(signature, of: signed)
            }
        }
    }

    private let keys: [Key]
    private let algorithm: TokenAlgorithm

    /// Takes every key that a live token may name, the most used first; all of them of one algorithm. Without any, every
    /// token is unknown.
    ///
    /// - Throws: `OpenSSLError` when the library has not what it takes or no memory.
    public init(keys: [SigningKey]) throws(OpenSSLError) {
        let algorithm = keys.first?.algorithm ?? .hs256
        precondition(keys.allSatisfy { $0.algorithm == algorithm }, "all keys of a gateway are of one algorithm")
        self.algorithm = algorithm
        self.keys = try keys.map { key throws(OpenSSLError) in
            Key(kid: key.kid, header: TokenHeader.encoded(of: key), scheme: try Scheme(key))
        }
    }

    /// Judges `token` at `now` (Unix seconds). Nothing that it says is believed before its signature was checked.
    ///
    /// Two texts may be the same token, by another order of header members or by the second signature that ECDSA allows;
    /// what counts is the `jti` in it. `iat` decides nothing: when clocks differ or are set back, a token from the near future is still ours.
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails.
    public func verify(_ token: BearerToken, now: Int64) throws(OpenSSLError) -> Verdict {
        let text = token.string.utf8Span.span
        guard text.count <= Self.byteCountMax, let dots = Self.dots(in: text) else { return .malformed }
        let signed = text.extracting(first: dots.second)
        guard
            let payload = Base64.decodeURLSafe(signed.extracting(droppingFirst: dots.first + 1)),
            let signature = Base64.decodeURLSafe(text.extracting(droppingFirst: dots.second + 1))
        else { return .malformed }

        let key: Key
        switch find(header: text.extracting(first: dots.first)) {
        case .found(let found): key = found
        case .unknown: return .unknown
        case .malformed: return .malformed
        }
        guard try key.scheme.isSignature(signature.span, of: signed) else { return .unknown }

        switch TokenPayload.read(payload) {
        case .claims(let claims): return now < claims.expiresAt ? .valid(claims) : .expired(claims)
        case .foreign: return .unknown
        case .malformed: return .malformed
        }
    }

    private enum KeySearch {
        case found(Key)
        case unknown
        case malformed
    }

    private func find(header: Span<UInt8>) -> KeySearch {
        // A header of ours is always the same bytes; others are read as JSON.
        for key in keys where Self.isEqual(key.header.span, header) { return .found(key) }
        switch TokenHeader.read(header, algorithm: algorithm) {
        case .kid(let kid): return keys.first { $0.kid == kid }.map(KeySearch.found) ?? .unknown
        case .refused: return .unknown
        case .malformed: return .malformed
        }
    }

    /// The positions of the two dots; nil when there are fewer or more.
    private static func dots(in text: Span<UInt8>) -> (first: Int, second: Int)? {
        var first: Int?
        var second: Int?
        for index in text.indices where text[index] == UInt8(ascii: ".") {
            guard second == nil else { return nil }
            if first == nil { first = index } else { second = index }
        }
        guard let first, let second else { return nil }
        return (first, second)
    }

    /// Plain comparison: headers are public.
    private static func isEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        for index in left.indices where left[index] != right[index] { return false }
        return true
    }
}
