/// A file that is the same for everybody, with what its response's head says about it.
public struct Asset: Sendable {
    /// The file's content.
    public let bytes: [UInt8]

    /// Value of `Content-Type`.
    public let mediaType: String

    /// Value of `ETag`, in its quotes: strong, 16 hex digits of the bytes' FNV-1a hash. It tells versions of one file
    /// apart and proves nothing.
    public let etag: String

    init(_ bytes: [UInt8], mediaType: String) {
        self.bytes = bytes
        self.mediaType = mediaType
        let digits = String(Self.hash(of: bytes), radix: 16)
        etag = "\"" + String(repeating: "0", count: 16 - digits.count) + digits + "\""
    }

    /// FNV-1a, 64 bits (draft-eastlake-fnv).
    static func hash(of bytes: [UInt8]) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }
}
