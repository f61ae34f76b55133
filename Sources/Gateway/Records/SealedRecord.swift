/// Something secret as it lies at rest: encrypted, and bound to its user and purpose. Stores keep it and cannot read it.
public struct SealedRecord: Equatable, Sendable {
    /// The encrypted form.
    public let bytes: [UInt8]

    /// Takes what a cipher made, or what a store kept.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
    }
}
