/// Puts numbers, texts and bytes one after the other, as stores keep them; big-endian, with lengths before what varies.
struct RowWriter {
    private(set) var bytes: [UInt8] = []

    /// - Parameter capacity: about how long the row will be, so that it grows once.
    init(capacity: Int) {
        bytes.reserveCapacity(capacity)
    }

    mutating func put<Number: FixedWidthInteger & UnsignedInteger>(_ number: Number) {
        for shift in stride(from: Number.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> Number(shift)))
        }
    }

    mutating func put(_ number: Int64) {
        put(UInt64(bitPattern: number))
    }

    mutating func put(_ digest: TokenDigest) {
        put(digest.high)
        put(digest.low)
    }

    mutating func put(_ text: String) {
        put(UInt32(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    mutating func put(_ record: SealedRecord) {
        put(UInt32(record.bytes.count))
        bytes.append(contentsOf: record.bytes)
    }
}
