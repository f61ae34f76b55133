/// Reads what ``RowWriter`` wrote. Total: whatever the bytes are, each read gives a value or throws ``Malformed``.
struct RowReader: ~Copyable {
    /// The bytes are not what they should be, or there are too few of them.
    struct Malformed: Error {}

    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Bytes not read yet.
    var remaining: Int { bytes.count - position }

    mutating func number<Number: FixedWidthInteger & UnsignedInteger>(
        _ type: Number.Type = Number.self
    ) throws(Malformed) -> Number {
        try take(Number.bitWidth / 8).reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }

    mutating func time() throws(Malformed) -> Int64 {
        Int64(bitPattern: try number())
    }

    mutating func digest() throws(Malformed) -> TokenDigest {
        TokenDigest(high: try number(), low: try number())
    }

    mutating func text() throws(Malformed) -> String {
        guard let text = String(validating: try take(Int(try number(UInt32.self))), as: UTF8.self) else {
            throw Malformed()
        }
        return text
    }

    mutating func record() throws(Malformed) -> SealedRecord {
        SealedRecord(bytes: Array(try take(Int(try number(UInt32.self)))))
    }

    /// So many things, of which each takes at least some bytes: a count that the row has no room for is not believed.
    mutating func list<Element>(
        count: Int,
        minimumBytes: Int,
        _ read: (inout RowReader) throws(Malformed) -> Element
    ) throws(Malformed) -> [Element] {
        guard count <= remaining / minimumBytes else { throw Malformed() }
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for _ in 0..<count { elements.append(try read(&self)) }
        return elements
    }

    /// Throws unless everything was read.
    func finish() throws(Malformed) {
        guard remaining == 0 else { throw Malformed() }
    }

    private mutating func take(_ count: Int) throws(Malformed) -> ArraySlice<UInt8> {
        guard count <= remaining else { throw Malformed() }
        defer { position += count }
        return bytes[position..<position + count]
    }
}
