public import OpenSSL

/// Writes tokens with one key (HS256, RFC 7519). One instance a loop: it keeps a MAC context.
public final class TokenSigner {
    /// Room for the payload of usual ids, so that the buffers do not grow while they are filled.
    private static let usualByteCount = 256

    private let hmac: HMACSHA256
    /// The encoded header and its dot.
    private let start: [UInt8]

    /// - Throws: `OpenSSLError` when the library has no HMAC or no memory.
    public init(key: SigningKey) throws(OpenSSLError) {
        hmac = try HMACSHA256(key: key.bytes.span)
        start = TokenHeader.encoded(kid: key.kid) + [UInt8(ascii: ".")]
    }

    /// The token for these claims; the same claims give the same token.
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails.
    public func sign(_ claims: TokenClaims) throws(OpenSSLError) -> BearerToken {
        let json = TokenPayload.json(of: claims)
        var text: [UInt8] = []
        text.reserveCapacity(Self.usualByteCount * 2)
        text.append(contentsOf: start)
        Base64.appendURLSafe(json.span, to: &text)
        let signature = try hmac.code(for: text.span)
        text.append(UInt8(ascii: "."))
        Base64.appendURLSafe(signature.span, to: &text)
        return BearerToken(String(decoding: text, as: UTF8.self))
    }
}
