/// An encrypted value as a store keeps it: opaque to the store, and of use only to `RecordCipher`.
public struct SealedRecord: Equatable, Sendable {
    /// The whole record.
    public let bytes: [UInt8]

    /// Takes what a cipher made or a store kept.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
    }
}
