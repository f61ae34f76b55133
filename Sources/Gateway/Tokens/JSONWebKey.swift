internal import HTTPServer
internal import OpenSSL

/// The public half of a signing key, as others read it to verify tokens (RFC 7517; RFC 7518 section 6.2, RFC 8037
/// section 2).
public struct JSONWebKey: Equatable, Sendable {
    /// What it verifies.
    public let algorithm: TokenAlgorithm
    /// Its thumbprint, and the id by which tokens name it.
    public let kid: String

    private let key: EllipticPublicKey

    /// - Throws: `OpenSSLError` when the library cannot hash.
    init(_ key: EllipticPublicKey, algorithm: TokenAlgorithm) throws(OpenSSLError) {
        self.key = key
        self.algorithm = algorithm
        // RFC 7638 section 3: only what it takes to be this key, names in order, no space.
        let digest = try Digest.sha256(Self.required(of: key).finish().span)
        kid = Base64.encodeURLSafe(digest.span)
    }

    /// Its JSON: the members of the key, and what it is for.
    public var json: [UInt8] {
        var json = Self.required(of: key)
        json.add("kid", kid)
        json.add("use", "sig")
        json.add("alg", algorithm.rawValue)
        return json.finish()
    }

    private static func required(of key: EllipticPublicKey) -> JSONObjectWriter {
        var json = JSONObjectWriter()
        switch key {
        case .p256(let x, let y):
            json.add("crv", EllipticCurve.p256.rawValue)
            json.add("kty", "EC")
            json.add("x", Base64.encodeURLSafe(x.span))
            json.add("y", Base64.encodeURLSafe(y.span))
        case .ed25519(let x):
            json.add("crv", EllipticCurve.ed25519.rawValue)
            json.add("kty", "OKP")
            json.add("x", Base64.encodeURLSafe(x.span))
        }
        return json
    }
}
