/// Reads what ``RowWriter`` wrote, from bytes of its own. Total, as ``RowCursor`` is.
struct RowReader: ~Copyable {
    typealias Malformed = RowCursor.Malformed

    // Each read borrows a copy of the reference: a span of a member would keep the cursor from moving.
    private let bytes: [UInt8]
    private var cursor = RowCursor()

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func number<Number: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
        _ type: Number.Type = Number.self
    ) throws(Malformed) -> Number {
        let bytes = bytes
        return try cursor.number(in: bytes.span)
    }

    mutating func time() throws(Malformed) -> Int64 {
        let bytes = bytes
        return try cursor.time(in: bytes.span)
    }

    mutating func digest() throws(Malformed) -> TokenDigest {
        let bytes = bytes
        return try cursor.digest(in: bytes.span)
    }

    mutating func text() throws(Malformed) -> String {
        let bytes = bytes
        return try RowCursor.text(cursor.field(in: bytes.span), in: bytes.span)
    }

    mutating func record() throws(Malformed) -> SealedRecord {
        let bytes = bytes
        return SealedRecord(bytes: Array(bytes[try cursor.field(in: bytes.span)]))
    }

    /// So many things, of which each takes at least some bytes: a count that the row has no room for is not believed.
    mutating func list<Element>(
        count: Int,
        minimumBytes: Int,
        _ read: (inout RowReader) throws(Malformed) -> Element
    ) throws(Malformed) -> [Element] {
        guard count <= (bytes.count - cursor.position) / minimumBytes else { throw Malformed() }
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for _ in 0..<count { elements.append(try read(&self)) }
        return elements
    }

    /// Throws unless everything was read.
    func finish() throws(Malformed) {
        try cursor.finish(in: bytes.span)
    }
}
