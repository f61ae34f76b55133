/// Bytes on their way out, in memory that is kept from one message to the next.
///
/// Several times cheaper than appending to an array, piece by piece, what a reply consists of. Of one thread.
@safe public final class OutputBuffer {
    private var memory: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// Private, because the exclusive access to a public property is checked at run time, each time.
    private var used = 0
    /// What ``keptArray()`` gave last.
    private var kept: [UInt8] = []

    /// A buffer that holds `capacity` bytes before it grows.
    public init(capacity: Int = 4_096) {
        self.capacity = capacity
        unsafe memory = .allocate(capacity: capacity)
    }

    /// Bytes appended since the last ``removeAll()``.
    public var count: Int { used }

    deinit { unsafe memory.deallocate() }

    /// Drops the bytes and keeps the memory, but not more of it than most messages need.
    public func removeAll() {
        used = 0
        guard capacity > OutputBuffer.keptBytesMax else { return }
        unsafe memory.deallocate()
        capacity = OutputBuffer.keptBytesMax
        unsafe memory = .allocate(capacity: capacity)
    }

    /// What one large reply made of the buffer is given back behind it.
    private static let keptBytesMax = 262_144

    /// The bytes; valid only during the call.
    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        unsafe body(UnsafeRawBufferPointer(start: memory, count: used))
    }

    /// The bytes as an array of exactly that capacity.
    public var array: [UInt8] {
        let bytes = unsafe UnsafeBufferPointer(start: memory, count: used)
        return unsafe Array(bytes)
    }

    /// As ``array``, in the memory of the last one if that is as long and nobody has it any more: replies of one kind often
    /// are.
    public func keptArray() -> [UInt8] {
        var array = kept
        kept = []
        if array.count == used {
            unsafe array.withUnsafeMutableBufferPointer { array in
                if let start = array.baseAddress { unsafe start.update(from: memory, count: used) }
            }
        } else {
            array = self.array
        }
        kept = array
        return array
    }

    /// Appends one byte.
    public func append(_ byte: UInt8) {
        reserve(1)
        unsafe memory[used] = byte
        used &+= 1
    }

    /// Appends the bytes of a literal.
    public func append(literal text: StaticString) {
        unsafe append(text.utf8Start, text.utf8CodeUnitCount)
    }

    /// Appends the UTF-8 of a text.
    public func append(_ text: String) {
        var text = text
        text.withUTF8 { unsafe append($0) }
    }

    /// Appends the bytes of an array.
    public func append(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBufferPointer { unsafe append($0) }
    }

    /// Appends bytes.
    public func append(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe append($0) }
    }

    /// Appends as many bytes as `fill` initialises: all of the buffer that it gets.
    public func append(count: Int, _ fill: (UnsafeMutableBufferPointer<UInt8>) -> Void) {
        reserve(count)
        unsafe fill(UnsafeMutableBufferPointer(start: memory + used, count: count))
        used &+= count
    }

    /// Appends a number that is not negative, in decimal.
    public func append(decimal number: Int) {
        /// Digits of the largest number.
        let digitsMax = 20
        precondition(number >= 0)
        reserve(digitsMax)
        var digits = 1
        var bound = 10
        while digits < 19, number >= bound {
            digits &+= 1
            bound &*= 10
        }
        var rest = UInt(bitPattern: number)
        var index = used &+ digits
        used = index
        repeat {
            index &-= 1
            unsafe memory[index] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
    }

    /// Appends a value of a field with control characters made spaces, as RFC 9110 section 5.5 tells recipients of CR, LF
    /// and NUL.
    func append(sanitized text: String) {
        let start = used
        append(text)
        let all = unsafe UnsafeBufferPointer(start: memory, count: used)
        var index = unsafe all.span.firstForbiddenInValue(from: start)
        while index < used {
            unsafe memory[index] = UInt8(ascii: " ")
            index = unsafe all.span.firstForbiddenInValue(from: index + 1)
        }
    }

    private func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let start = bytes.baseAddress else { return }
        unsafe append(start, bytes.count)
    }

    private func append(_ start: UnsafePointer<UInt8>, _ length: Int) {
        reserve(length)
        unsafe (memory + used).update(from: start, count: length)
        used &+= length
    }

    @inline(__always)
    private func reserve(_ more: Int) {
        if capacity &- used < more { grow(more) }
    }

    @inline(never)
    private func grow(_ more: Int) {
        let larger = max(capacity * 2, used + more)
        let new = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        unsafe new.update(from: memory, count: used)
        unsafe memory.deallocate()
        unsafe memory = new
        capacity = larger
    }
}
