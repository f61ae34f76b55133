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
        key(name)
        JSONObjectWriter.appendString(value, to: &bytes)
    }

    /// Adds a string, or nothing when there is none.
    public mutating func add(_ name: StaticString, _ value: String?) {
        if let value { add(name, value) }
    }

    /// Adds a whole number.
    public mutating func add(_ name: StaticString, _ value: Int) {
        key(name)
        bytes.append(contentsOf: String(value).utf8)
    }

    /// Adds true or false.
    public mutating func add(_ name: StaticString, _ value: Bool) {
        key(name)
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// Adds a value that is JSON already.
    public mutating func add(_ name: StaticString, json value: [UInt8]) {
        key(name)
        bytes.append(contentsOf: value)
    }

    /// Ends the object and gives its bytes.
    public consuming func finish() -> [UInt8] {
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    /// Appends a string with quotes and the escapes that RFC 8259 section 7 demands.
    public static func appendString(_ value: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        if needsEscape(value) {
            appendEscaped(value, to: &bytes)
        } else {
            bytes.append(contentsOf: value.utf8)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ value: String) -> Bool {
        let text = value.utf8Span.span
        for index in text.indices where mustEscape(text[index]) { return true }
        return false
    }

    /// DEL need not be escaped, but no log or terminal should meet it raw.
    private static func mustEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7f
    }

    private static func appendEscaped(_ value: String, to bytes: inout [UInt8]) {
        for byte in value.utf8 {
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
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }
}
