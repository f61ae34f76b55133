public import OpenSSL

/// A key that encrypts what lies at rest.
public struct DataKey: Sendable, Redacted {
    let bytes: [UInt8]

    /// Takes 32 bytes; nil for any other number.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }
}
