internal import OpenSSL

/// Puts numbers, texts and bytes one after the other, as stores keep them; big-endian, with lengths before what varies.
///
/// Into room that is there from the start: a row grows with no put, and one that only goes into a table takes no memory.
/// Whoever asks for a row says how many bytes it takes at most; more than that is a fault of his and stops the process.
@safe struct RowWriter: ~Copyable {
    /// Rows up to so many bytes are written on the stack: those of nearly all users.
    private static let stackByteCount = 1024
    /// Bytes of the length before what varies.
    static let lengthByteCount = 4

    private let start: UnsafeMutableRawPointer
    private let capacity: Int
    private(set) var count = 0

    private init(_ room: UnsafeMutableRawBufferPointer) {
        guard let start = room.baseAddress else { preconditionFailure("a row has room") }
        unsafe self.start = start
        capacity = room.count
    }

    /// The bytes that a body puts.
    static func bytes(countMax: Int, _ body: (inout RowWriter) -> Void) -> [UInt8] {
        // An array that is made with room costs three times as much as one that grows once.
        var bytes: [UInt8] = []
        bytes.append(addingCapacity: max(countMax, 1)) { room in
            unsafe room.withUnsafeMutableBufferPointer { room, count in
                var row = unsafe RowWriter(UnsafeMutableRawBufferPointer(room))
                body(&row)
                count = row.count
            }
        }
        return bytes
    }

    /// Hands on the bytes that a body puts.
    static func with<Result>(
        countMax: Int,
        _ body: (inout RowWriter) -> Void,
        then use: (Span<UInt8>) -> Result
    ) -> Result {
        if countMax > stackByteCount {
            let bytes = bytes(countMax: countMax, body)
            return use(bytes.span)
        }
        return unsafe withUnsafeTemporaryAllocation(byteCount: stackByteCount, alignment: 8) { room in
            var row = unsafe RowWriter(room)
            body(&row)
            return unsafe use(Span(_unsafeBytes: UnsafeRawBufferPointer(rebasing: room[..<row.count])))
        }
    }

    mutating func put<Number: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(_ number: Number) {
        let place = unsafe take(Number.bitWidth / 8)
        unsafe place.storeBytes(of: number.bigEndian, as: Number.self)
    }

    mutating func put(_ number: Int64) {
        put(UInt64(bitPattern: number))
    }

    mutating func put(_ digest: TokenDigest) {
        put(digest.high)
        put(digest.low)
    }

    mutating func put(_ text: String) {
        put(field: text.utf8Span.span)
    }

    mutating func put(_ record: SealedRecord) {
        put(field: record.bytes.span)
    }

    /// Puts bytes with their number before them.
    mutating func put(field bytes: Span<UInt8>) {
        put(UInt32(bytes.count))
        put(bytes)
    }

    /// Puts bytes as they are.
    mutating func put(_ bytes: Span<UInt8>) {
        let place = unsafe UnsafeMutableRawBufferPointer(start: take(bytes.count), count: bytes.count)
        unsafe bytes.withUnsafeBytes { unsafe place.copyMemory(from: $0) }
    }

    /// Puts so many bytes, which a body writes.
    mutating func put(byteCount: Int, _ body: (inout MutableSpan<UInt8>) -> Void) {
        let place = unsafe take(byteCount).assumingMemoryBound(to: UInt8.self)
        var span = unsafe MutableSpan(_unsafeStart: place, count: byteCount)
        body(&span)
    }

    /// Puts a text as it is.
    mutating func put(plain text: StaticString) {
        let place = unsafe take(text.utf8CodeUnitCount)
        unsafe place.copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
    }

    /// Puts a number in decimal digits.
    mutating func put(digitsOf number: UInt64) {
        // As many as the largest number has.
        var digits = [20 of UInt8](repeating: 0)
        var start = digits.count
        var rest = number
        repeat {
            start &-= 1
            digits[start] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        put(digits.span.extracting(droppingFirst: start))
    }

    /// Puts the url-safe Base64 text of bytes, not padded.
    mutating func put(base64 bytes: Span<UInt8>) {
        put(byteCount: Base64.urlSafeCharacterCount(of: bytes.count)) { Base64.encodeURLSafe(bytes, into: &$0) }
    }

    /// Runs a body with what was put so far.
    func withBytes<Result, Failure>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(Span(_unsafeBytes: UnsafeRawBufferPointer(start: start, count: count)))
    }

    private mutating func take(_ byteCount: Int) -> UnsafeMutableRawPointer {
        precondition(byteCount <= capacity - count, "a row takes no more than its writer asked for")
        defer { count += byteCount }
        return unsafe start + count
    }
}
