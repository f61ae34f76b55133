/// Writes one compact JSON object (RFC 8259) member by member, without reflection.
public struct JSONObjectWriter {
    private var bytes: [UInt8]
    private var isFirst = true

    /// An empty object with room for a typical reply.
    public init(capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
        bytes.append(UInt8(ascii: "{"))
    }

    /// Adds a string.
    public mutating func add(_ name: StaticString, _ value: String) {
        let text = value.utf8.span
        if JSONObjectWriter.prefixWithoutEscapes(of: text) == text.count {
            member(name, text, isString: true)
        } else {
            key(name)
            JSONObjectWriter.appendString(value, to: &bytes)
        }
    }

    /// Adds a string in which nothing has to be escaped, as in the text of a token: nobody looks for it once more.
    public mutating func add(_ name: StaticString, verbatim value: String) {
        member(name, value.utf8.span, isString: true)
    }

    /// Adds a string, or nothing when there is none.
    public mutating func add(_ name: StaticString, _ value: String?) {
        if let value { add(name, value) }
    }

    /// Adds a whole number.
    public mutating func add(_ name: StaticString, _ value: Int) {
        number(name, value, isString: false)
    }

    /// Adds a whole number as a string of its digits.
    public mutating func add(_ name: StaticString, digitsOf value: Int) {
        number(name, value, isString: true)
    }

    /// Adds true or false.
    public mutating func add(_ name: StaticString, _ value: Bool) {
        key(name)
        append(value ? "true" : "false")
    }

    /// Adds a value that is JSON already.
    public mutating func add(_ name: StaticString, json value: [UInt8]) {
        key(name)
        bytes.append(contentsOf: value)
    }

    /// Adds an object, written in place.
    public mutating func add(_ name: StaticString, object members: (inout JSONObjectWriter) -> Void) {
        key(name)
        bytes.append(UInt8(ascii: "{"))
        isFirst = true
        members(&self)
        bytes.append(UInt8(ascii: "}"))
        isFirst = false
    }

    /// Ends the object and gives its bytes.
    public consuming func finish() -> [UInt8] {
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    /// Appends a string with quotes and the escapes that RFC 8259 section 7 demands.
    public static func appendString(_ value: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        let text = value.utf8.span
        let plain = prefixWithoutEscapes(of: text)
        unsafe text.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0[..<plain]) }
        if plain < text.count { appendEscaped(text.extracting(plain..<text.count), to: &bytes) }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func number(_ name: StaticString, _ value: Int, isString: Bool) {
        // As many as the largest number has, and a sign.
        var digits = [20 of UInt8](repeating: UInt8(ascii: "-"))
        var start = digits.count
        var rest = value.magnitude
        repeat {
            start &-= 1
            digits[start] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        if value < 0 { start &-= 1 }
        member(name, digits.span.extracting(droppingFirst: start), isString: isString)
    }

    /// Adds a member whose value is there in full, with one growth of the object.
    private mutating func member(_ name: StaticString, _ value: Span<UInt8>, isString: Bool) {
        let comma = isFirst ? 0 : 1
        let quote = isString ? 1 : 0
        isFirst = false
        let nameCount = name.utf8CodeUnitCount
        bytes.append(addingCapacity: comma + nameCount + 3 + value.count + 2 * quote) { output in
            unsafe output.withUnsafeMutableBufferPointer { room, count in
                guard var end = room.baseAddress else { return }
                unsafe end.pointee = UInt8(ascii: ",")
                unsafe end += comma
                unsafe end.pointee = UInt8(ascii: "\"")
                unsafe (end + 1).update(from: name.utf8Start, count: nameCount)
                unsafe end += 1 + nameCount
                unsafe end[0] = UInt8(ascii: "\"")
                unsafe end[1] = UInt8(ascii: ":")
                unsafe end[2] = UInt8(ascii: "\"")
                unsafe end += 2 + quote
                unsafe value.withUnsafeBufferPointer { value in
                    guard let first = value.baseAddress else { return }
                    unsafe end.update(from: first, count: value.count)
                }
                unsafe end += value.count
                if isString { unsafe end.pointee = UInt8(ascii: "\"") }
                count = room.count
            }
        }
    }

    /// The number of bytes before the first that must be escaped.
    private static func prefixWithoutEscapes(of text: Span<UInt8>) -> Int {
        var index = 0
        // Eight at a time, since nearly no text has one. In `(x - 0x01…) & ~x` the top bit of a byte that is zero is set;
        // a borrow may set further ones above it, and then the bytes are looked at one by one.
        while text.count &- index >= 8 {
            let x = unsafe text.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
            let hits =
                (x &- 0x2020_2020_2020_2020) & ~x | zeros(x ^ 0x2222_2222_2222_2222)
                | zeros(x ^ 0x5c5c_5c5c_5c5c_5c5c) | zeros(x ^ 0x7f7f_7f7f_7f7f_7f7f)
            if hits & 0x8080_8080_8080_8080 != 0 { break }
            index &+= 8
        }
        while index < text.count, !mustEscape(text[index]) { index &+= 1 }
        return index
    }

    @inline(__always)
    private static func zeros(_ x: UInt64) -> UInt64 { (x &- 0x0101_0101_0101_0101) & ~x }

    /// DEL need not be escaped, but no log or terminal should meet it raw.
    private static func mustEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7f
    }

    private static func appendEscaped(_ text: Span<UInt8>, to bytes: inout [UInt8]) {
        for index in text.indices {
            let byte = text[index]
            if !mustEscape(byte) {
                bytes.append(byte)
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            } else {
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(hexDigit(byte >> 4))
                bytes.append(hexDigit(byte & 0xf))
            }
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    private mutating func key(_ name: StaticString) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        bytes.append(UInt8(ascii: "\""))
        append(name)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func append(_ text: StaticString) {
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
