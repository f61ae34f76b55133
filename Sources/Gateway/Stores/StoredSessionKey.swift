internal import OpenSSL
internal import WeChat

/// One session_key of a user as stores keep it: encrypted, with just enough beside it to tell two apart.
public struct StoredSessionKey: Equatable, Sendable {
    /// The encrypted key.
    public let sealed: SealedRecord
    /// The first 64 bits of the SHA-256 of its text: the same for the same key, and nothing that leads back to it.
    public let fingerprint: UInt64

    /// Puts one together; stores only give back what they were given.
    public init(sealed: SealedRecord, fingerprint: UInt64) {
        self.sealed = sealed
        self.fingerprint = fingerprint
    }
}

extension StoredSessionKey {
    /// Seals a key that WeChat gave for this user.
    init(
        _ key: SessionKey,
        of user: User.Key,
        sealedBy records: RecordCipher,
        hashedBy sha256: SHA256
    ) throws(GatewayError) {
        self = try GatewayError.ofLibrary { () throws(OpenSSLError) in
            StoredSessionKey(
                sealed: try records.seal(key.string.utf8Span.span, for: .sessionKey, of: user),
                fingerprint: try TokenDigest(of: key.string, by: sha256).high
            )
        }
    }
}
