public import OpenSSL

/// The `signature` that comes with `rawData`: SHA-1 of rawData followed by the session_key's text, in hex.
public enum UserDataSignature {
    /// Whether the client's WeChat made this signature; false for one that is not 40 hexadecimal digits.
    ///
    /// - Parameters:
    ///   - rawData: the exact bytes that the client sent, never written anew.
    ///   - signature: lower case in practice; either case is taken.
    /// - Throws: `OpenSSLError` only when the library itself fails.
    public static func matches(
        rawData: [UInt8],
        signature: String,
        sessionKey: SessionKey
    ) throws(OpenSSLError) -> Bool {
        let expected = try Digest.sha1(rawData.span, sessionKey.string.utf8Span.span)
        guard let signature = Hex.decode(signature) else { return false }
        return ConstantTime.equals(expected, signature)
    }
}
