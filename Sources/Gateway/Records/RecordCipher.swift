public import OpenSSL

/// What a sealed record holds; a record of one purpose does not open as another.
public enum RecordPurpose: String, Sendable {
    case sessionKey = "session_key"
    case phone
    case refresh
}

/// STUB, replaced by the real one.
public final class RecordCipher {
    /// Takes keys.
    public init(keys: [DataKey]) throws(OpenSSLError) {}

    /// Seals.
    public func seal(
        _ plaintext: [UInt8],
        for purpose: RecordPurpose,
        of user: User.Key
    ) throws(OpenSSLError) -> SealedRecord {
        SealedRecord(bytes: plaintext)
    }

    /// Opens.
    public func open(
        _ record: SealedRecord,
        for purpose: RecordPurpose,
        of user: User.Key
    ) throws(OpenSSLError) -> [UInt8]? {
        record.bytes
    }
}
