/// The padding at the end of decrypted blocks (RFC 5652 section 6.3), judged without a branch on the bytes.
public struct PKCS7Padding: Equatable, Sendable {
    /// Whether the last `byteCount` bytes all say `byteCount`, and that is 1 to 16.
    public let isValid: Bool
    /// Bytes to drop: 1 to 16, or 0 when the padding is not valid.
    public let byteCount: Int

    /// Reads the padding of `blocks`; not valid when they are empty or not whole blocks of 16.
    public init(of blocks: Span<UInt8>) {
        guard !blocks.isEmpty, blocks.count.isMultiple(of: 16) else {
            isValid = false
            byteCount = 0
            return
        }
        let last = blocks[blocks.count - 1]
        // Always looks at 16 bytes. `fault` collects differences of those that the padding covers.
        var fault = Self.isZero(last) | Self.isLess(16, last)
        for position in 0..<16 {
            let isCovered = Self.isLess(UInt8(position), last)
            fault |= isCovered & (blocks[blocks.count - 1 - position] ^ last)
        }
        let valid = Self.isZero(fault)
        isValid = valid != 0
        byteCount = Int(last & valid)
    }

    /// 0xff when `left < right`, else 0.
    private static func isLess(_ left: UInt8, _ right: UInt8) -> UInt8 {
        UInt8(truncatingIfNeeded: (Int16(left) - Int16(right)) >> 8)
    }

    /// 0xff for 0, else 0.
    private static func isZero(_ value: UInt8) -> UInt8 { isLess(value, 1) }
}
