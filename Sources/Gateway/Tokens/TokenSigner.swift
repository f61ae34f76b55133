public import OpenSSL

/// Writes tokens (RFC 7519) with one key. One instance a loop: it keeps the key's contexts.
public final class TokenSigner {
    /// Room for the payload of usual ids, so that the buffers do not grow while they are filled.
    private static let usualByteCount = 256

    private enum Scheme {
        /// With what comes of as much of the header as fills whole blocks: it is the same in all tokens.
        case hmac(HMACSHA256, HMACSHA256.Beginning)
        case elliptic(EllipticSigner)
    }

    private let scheme: Scheme
    /// The encoded header and its dot.
    private let start: [UInt8]

    /// - Throws: `OpenSSLError` when the library has not what it takes or no memory.
    public init(key: SigningKey) throws(OpenSSLError) {
        let start = TokenHeader.encoded(of: key) + [UInt8(ascii: ".")]
        self.start = start
        switch key.material {
        case .bytes(let bytes):
            let hmac = try HMACSHA256(key: bytes.span)
            scheme = .hmac(hmac, try hmac.beginning(start.span))
        case .elliptic(let key):
            scheme = .elliptic(try EllipticSigner(key: key))
        }
    }

    /// The token for these claims; the same claims give the same token, but for ES256, whose signatures are never the same.
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails.
    public func sign(_ claims: TokenClaims) throws(OpenSSLError) -> BearerToken {
        let json = TokenPayload.json(of: claims)
        var text: [UInt8] = []
        text.reserveCapacity(Self.usualByteCount * 2)
        text.append(contentsOf: start)
        Base64.appendURLSafe(json.span, to: &text)
        switch scheme {
        case .hmac(let hmac, let beginning):
            let signature = try hmac.code(for: text.span, after: beginning)
            text.append(UInt8(ascii: "."))
            Base64.appendURLSafe(signature.span, to: &text)
        case .elliptic(let signer):
            let signature = try signer.sign(text.span)
            text.append(UInt8(ascii: "."))
            Base64.appendURLSafe(signature.span, to: &text)
        }
        return BearerToken(String(decoding: text, as: UTF8.self))
    }
}
