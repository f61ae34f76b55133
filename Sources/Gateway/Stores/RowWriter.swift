/// Puts numbers, texts and bytes one after the other, as stores keep them; big-endian, with lengths before what varies.
struct RowWriter {
    private(set) var bytes: [UInt8] = []

    /// - Parameter capacity: about how long the row will be, so that it grows once.
    init(capacity: Int) {
        bytes.reserveCapacity(capacity)
    }

    mutating func put<Number: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(_ number: Number) {
        putMemory(of: number.bigEndian)
    }

    mutating func put(_ number: Int64) {
        put(UInt64(bitPattern: number))
    }

    mutating func put(_ digest: TokenDigest) {
        putMemory(of: (digest.high.bigEndian, digest.low.bigEndian))
    }

    /// What lies in memory as it is to lie in the row.
    private mutating func putMemory<Value: BitwiseCopyable>(of value: Value) {
        unsafe withUnsafeBytes(of: value) { unsafe bytes.append(contentsOf: $0) }
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
