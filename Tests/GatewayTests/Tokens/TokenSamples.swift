import Gateway
import OpenSSL
import Testing

/// Keys and claims that the token tests share.
enum TokenSamples {
    static let issuedAt: Int64 = 1_700_000_000
    /// The year 2100, so that PyJWT's real clock agrees.
    static let expiresAt: Int64 = 4_102_444_800

    static let claims = TokenClaims(
        openID: "oGZUI0egBJY1zhBYw2KhdUfwVJJE",
        appID: "wx4f4bc4dec97d474b",
        sessionID: "AAAAAAAAAAAAAAAAAAAAAA",
        tokenID: "BBBBBBBBBBBBBBBBBBBBBB",
        channel: .mini,
        issuedAt: issuedAt,
        expiresAt: expiresAt
    )

    /// Nothing that WeChat or we would ever make, but JSON must carry it.
    static let nasty = [
        "\"", "\\", "\\\"", "a\"b\\c/d", "\u{0}\u{1}\u{8}\t\n\r\u{1f}\u{7f}", "微信用户", "👨‍👩‍👧", "\u{2028}\u{feff}",
        "{\"a\":1}",
        "\",\"exp\":9999999999,\"x\":\"", "", " ", "\\u0041",
    ]

    static func key(_ byte: UInt8) throws -> SigningKey { try SigningKey(Array(repeating: byte, count: 32)) }

    /// A token of any header and payload text, signed rightly with `key`'s bytes.
    static func token(header: String, payload: String, keyBytes: [UInt8]) throws -> BearerToken {
        let header = Array(header.utf8)
        let payload = Array(payload.utf8)
        let signed = Base64.encodeURLSafe(header.span) + "." + Base64.encodeURLSafe(payload.span)
        let message = Array(signed.utf8)
        let code = try HMACSHA256(key: keyBytes.span).code(for: message.span)
        return BearerToken(signed + "." + Base64.encodeURLSafe(code.span))
    }
}
