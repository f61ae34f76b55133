public import OpenSSL

/// The key that WeChat and one user's client share. It never leaves the gateway.
///
/// Used in two forms: as text in signatures, as bytes in decryption (WeChat's page on signatures and encryption).
public struct SessionKey: Sendable, Redacted {
    /// The 24 characters as WeChat sent them: what SHA-1 and HMAC signatures are made with.
    public let string: String
    /// The 16 bytes they stand for: the AES-128 key.
    public let bytes: [16 of UInt8]

    /// Takes the Base64 text of 16 bytes; nil for anything else.
    public init?(_ string: String) {
        guard let bytes = Base64.decode(string.utf8Span.span).flatMap(AESCBC.block) else { return nil }
        self.string = string
        self.bytes = bytes
    }

    /// The key of these bytes, of which there is one text.
    public init(_ bytes: [16 of UInt8]) {
        string = Base64.encode(bytes.span)
        self.bytes = bytes
    }
}

extension SessionKey: Equatable {
    /// Whether both are the same key, in constant time. The text says it all: there is one for each key.
    public static func == (left: SessionKey, right: SessionKey) -> Bool {
        ConstantTime.equals(left.string.utf8Span.span, right.string.utf8Span.span)
    }
}
