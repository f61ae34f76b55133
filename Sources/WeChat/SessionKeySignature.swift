public import OpenSSL

/// The proof to WeChat that its caller holds a user's session_key.
public enum SessionKeySignature {
    /// HMAC-SHA256 in lower-case hex, keyed by the session_key's text as it was received and not by the bytes it stands
    /// for, over the body of the request that goes with it.
    ///
    /// Source: WeChat's page on HTTP signatures, whose example settles the form of the key.
    ///
    /// - Parameter message: empty for calls without a body.
    /// - Throws: `OpenSSLError` only when the library itself fails.
    public static func make(sessionKey: SessionKey, message: [UInt8] = []) throws(OpenSSLError) -> String {
        let hmac = try HMACSHA256(key: sessionKey.string.utf8Span.span)
        let code = try hmac.code(for: message.span)
        return Hex.encode(code.span)
    }
}
