/// Reads one JSON object in UTF-8 by RFC 8259 to the letter, so that no two readers see two objects.
///
/// By hand, because it is on the path of every login, twice. Says where values lie and copies none; stricter than
/// Foundation's decoder, which takes UTF-16, trailing commas, and broken escapes in members that nobody asks for.
public struct JSONScanner {
    /// The bytes are anything else than one object.
    public struct Malformed: Error {
        /// The only one.
        public init() {}
    }

    /// A member's value, checked; numbers and text as places in the bytes.
    public enum Value {
        case text(JSONText)
        case boolean(Bool)
        /// Sign, digits, fraction and exponent as they stand there.
        case number(Range<Int>)
        case null
        /// An object or an array, checked and skipped.
        case composite
    }

    /// Nesting of members that nobody asks for; what is deeper is nobody's message, and the stack is not endless.
    public static let depthMax = 128

    var index = 0

    /// Tells the members of the object in their order, nested ones not.
    ///
    /// - Throws: when `json` is anything but one object; what was told before that counts for nothing.
    public static func forEachMember(
        of json: Span<UInt8>,
        _ body: (_ name: JSONText, _ value: Value) -> Void
    ) throws(Malformed) {
        do {
            _ = try UTF8Span(validating: json)
        } catch {
            throw Malformed()
        }
        var scanner = JSONScanner()
        scanner.skipSpace(json)
        try scanner.object(json, depth: 1, body)
        scanner.skipSpace(json)
        guard scanner.index == json.count else { throw Malformed() }
    }

    private mutating func object(
        _ json: Span<UInt8>,
        depth: Int,
        _ body: (_ name: JSONText, _ value: Value) -> Void
    ) throws(Malformed) {
        guard depth <= Self.depthMax else { throw Malformed() }
        try expect(UInt8(ascii: "{"), json)
        skipSpace(json)
        if take(UInt8(ascii: "}"), json) { return }
        repeat {
            skipSpace(json)
            let name = try text(json)
            skipSpace(json)
            try expect(UInt8(ascii: ":"), json)
            skipSpace(json)
            body(name, try value(json, depth: depth))
            skipSpace(json)
        } while take(UInt8(ascii: ","), json)
        try expect(UInt8(ascii: "}"), json)
    }

    private mutating func array(_ json: Span<UInt8>, depth: Int) throws(Malformed) {
        guard depth <= Self.depthMax else { throw Malformed() }
        try expect(UInt8(ascii: "["), json)
        skipSpace(json)
        if take(UInt8(ascii: "]"), json) { return }
        repeat {
            skipSpace(json)
            _ = try value(json, depth: depth)
            skipSpace(json)
        } while take(UInt8(ascii: ","), json)
        try expect(UInt8(ascii: "]"), json)
    }

    private mutating func value(_ json: Span<UInt8>, depth: Int) throws(Malformed) -> Value {
        guard index < json.count else { throw Malformed() }
        switch json[index] {
        case UInt8(ascii: "\""): return .text(try text(json))
        case UInt8(ascii: "{"):
            try object(json, depth: depth + 1) { _, _ in }
            return .composite
        case UInt8(ascii: "["):
            try array(json, depth: depth + 1)
            return .composite
        case UInt8(ascii: "t"):
            try expect("true", json)
            return .boolean(true)
        case UInt8(ascii: "f"):
            try expect("false", json)
            return .boolean(false)
        case UInt8(ascii: "n"):
            try expect("null", json)
            return .null
        default: return .number(try number(json))
        }
    }

    private mutating func number(_ json: Span<UInt8>) throws(Malformed) -> Range<Int> {
        let start = index
        _ = take(UInt8(ascii: "-"), json)
        if !take(UInt8(ascii: "0"), json) { try digits(json) }
        if take(UInt8(ascii: "."), json) { try digits(json) }
        if take(UInt8(ascii: "e"), json) || take(UInt8(ascii: "E"), json) {
            if !take(UInt8(ascii: "+"), json) { _ = take(UInt8(ascii: "-"), json) }
            try digits(json)
        }
        return start..<index
    }

    private mutating func digits(_ json: Span<UInt8>) throws(Malformed) {
        let start = index
        while index < json.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(json[index]) { index &+= 1 }
        if index == start { throw Malformed() }
    }

    /// White space of JSON only.
    @inline(__always)
    private mutating func skipSpace(_ json: Span<UInt8>) {
        while index < json.count, json[index] <= 0x20 {
            let byte = json[index]
            guard byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 else { return }
            index &+= 1
        }
    }

    @inline(__always)
    mutating func take(_ byte: UInt8, _ json: Span<UInt8>) -> Bool {
        guard index < json.count, json[index] == byte else { return false }
        index &+= 1
        return true
    }

    @inline(__always)
    mutating func expect(_ byte: UInt8, _ json: Span<UInt8>) throws(Malformed) {
        guard take(byte, json) else { throw Malformed() }
    }

    private mutating func expect(_ word: StaticString, _ json: Span<UInt8>) throws(Malformed) {
        for offset in 0..<word.utf8CodeUnitCount { try expect(unsafe word.utf8Start[offset], json) }
    }
}
