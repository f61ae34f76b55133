/// A place in bytes that ``RowWriter`` wrote, and what stands there. Total: whatever the bytes are, each read gives a value
/// or throws ``Malformed``. The bytes come with each call, so that they can lie in memory that is not ours.
struct RowCursor {
    /// The bytes are not what they should be, or there are too few of them.
    struct Malformed: Error {}

    /// Bytes read so far.
    private(set) var position = 0

    mutating func number<Number: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
        _ type: Number.Type = Number.self,
        in bytes: Span<UInt8>
    ) throws(Malformed) -> Number {
        let start = try skip(Number.bitWidth / 8, in: bytes)
        // Unsafe for types with forbidden bit patterns only; the bounds are checked.
        return Number(bigEndian: unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: start, as: Number.self))
    }

    mutating func time(in bytes: Span<UInt8>) throws(Malformed) -> Int64 {
        Int64(bitPattern: try number(in: bytes))
    }

    mutating func digest(in bytes: Span<UInt8>) throws(Malformed) -> TokenDigest {
        TokenDigest(high: try number(in: bytes), low: try number(in: bytes))
    }

    /// Where a text or record stands, without a look at it.
    mutating func field(in bytes: Span<UInt8>) throws(Malformed) -> Range<Int> {
        let count = Int(try number(UInt32.self, in: bytes))
        let start = try skip(count, in: bytes)
        return start..<start + count
    }

    /// How many things follow, of which each takes at least some bytes: a count that the row has no room for is not
    /// believed.
    mutating func count(minimumBytes: Int, in bytes: Span<UInt8>) throws(Malformed) -> Int {
        let count = Int(try number(UInt32.self, in: bytes))
        guard count <= (bytes.count - position) / minimumBytes else { throw Malformed() }
        return count
    }

    /// Throws unless everything was read.
    func finish(in bytes: Span<UInt8>) throws(Malformed) {
        guard position == bytes.count else { throw Malformed() }
    }

    /// The text of a field.
    static func text(_ field: Range<Int>, in bytes: Span<UInt8>) throws(Malformed) -> String {
        guard let text = try? UTF8Span(validating: bytes.extracting(field)) else { throw Malformed() }
        return String(copying: text)
    }

    /// - Returns: the position before.
    private mutating func skip(_ count: Int, in bytes: Span<UInt8>) throws(Malformed) -> Int {
        guard count <= bytes.count - position else { throw Malformed() }
        defer { position += count }
        return position
    }
}
