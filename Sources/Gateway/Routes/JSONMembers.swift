/// Reads the members of one JSON object in UTF-8, by RFC 8259 to the letter, so that no two readers see two bodies.
///
/// By hand, because this is on the path of every login and Foundation's decoder takes more than JSON: UTF-16, trailing
/// commas, broken escapes in members that nobody asks for.
struct JSONMembers {
    /// A member's value as far as the gateway cares: what is no text is checked and skipped.
    enum Value: Equatable {
        case text(String)
        case boolean(Bool)
        /// A number without fraction and exponent, of at most 18 digits.
        case integer(Int)
        case null
        case other
    }

    typealias Member = (name: String, value: Value)

    private struct Malformed: Error {}

    /// Nesting of members that nobody asks for; what is deeper is no client's body, and the stack is not endless.
    private static let depthMax = 128

    private let json: [UInt8]
    private var index = 0

    /// All members in order, or nil when `json` is anything but one object.
    static func read(_ json: [UInt8]) -> [Member]? {
        guard (try? UTF8Span(validating: json.span)) != nil else { return nil }
        var reader = JSONMembers(json: json)
        do throws(Malformed) {
            reader.skipSpace()
            let members = try reader.object(depth: 1)
            reader.skipSpace()
            return reader.index == json.count ? members : nil
        } catch {
            return nil
        }
    }

    private init(json: [UInt8]) { self.json = json }

    // MARK: - Values

    private mutating func value(depth: Int) throws(Malformed) -> Value {
        switch peek() {
        case UInt8(ascii: "\""): return .text(try string())
        case UInt8(ascii: "{"): _ = try object(depth: depth + 1)
        case UInt8(ascii: "["): try array(depth: depth + 1)
        case UInt8(ascii: "t"):
            try expect("true")
            return .boolean(true)
        case UInt8(ascii: "f"):
            try expect("false")
            return .boolean(false)
        case UInt8(ascii: "n"):
            try expect("null")
            return .null
        default: return try number()
        }
        return .other
    }

    private mutating func object(depth: Int) throws(Malformed) -> [Member] {
        guard depth <= Self.depthMax else { throw Malformed() }
        try expect("{")
        var members: [Member] = []
        skipSpace()
        if take("}") { return members }
        repeat {
            skipSpace()
            let name = try string()
            skipSpace()
            try expect(":")
            skipSpace()
            members.append((name, try value(depth: depth)))
            skipSpace()
        } while take(",")
        try expect("}")
        return members
    }

    private mutating func array(depth: Int) throws(Malformed) {
        guard depth <= Self.depthMax else { throw Malformed() }
        try expect("[")
        skipSpace()
        if take("]") { return }
        repeat {
            skipSpace()
            _ = try value(depth: depth)
            skipSpace()
        } while take(",")
        try expect("]")
    }

    /// Digits whose value fits an `Int` whatever they are; nobody asks for larger numbers.
    private static let integerDigitsMax = 18

    private mutating func number() throws(Malformed) -> Value {
        let isNegative = take("-")
        let start = index
        if !take("0") { try digits() }
        let end = index
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
        guard index == end, end - start <= Self.integerDigitsMax else { return .other }
        let magnitude = json[start..<end].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return .integer(isNegative ? -magnitude : magnitude)
    }

    private mutating func digits() throws(Malformed) {
        let start = index
        while let byte = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
        if index == start { throw Malformed() }
    }

    // MARK: - Text

    private mutating func string() throws(Malformed) -> String {
        try expect("\"")
        var text: [UInt8] = []
        var start = index
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\""):
                text += json[start..<index]
                index += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                text += json[start..<index]
                index += 1
                text += Array(String(try escape()).utf8)
                start = index
            case 0..<0x20: throw Malformed()
            default: index += 1
            }
        }
        throw Malformed()
    }

    private mutating func escape() throws(Malformed) -> Unicode.Scalar {
        let byte = peek()
        index += 1
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw Malformed()
        }
    }

    /// `\uXXXX`, two of them for what needs a surrogate pair; half a pair is no text.
    private mutating func unicodeEscape() throws(Malformed) -> Unicode.Scalar {
        var code = try codeUnit()
        if (0xd800..<0xdc00).contains(code) {
            try expect("\\u")
            let low = try codeUnit()
            guard (0xdc00..<0xe000).contains(low) else { throw Malformed() }
            code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw Malformed() }
        return scalar
    }

    private mutating func codeUnit() throws(Malformed) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw Malformed()
            }
            code = code << 4 + UInt32(digit)
            index += 1
        }
        return code
    }

    // MARK: - Bytes

    private func peek() -> UInt8? { index < json.count ? json[index] : nil }

    private mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: byte) else { return false }
        index += 1
        return true
    }

    private mutating func expect(_ text: StaticString) throws(Malformed) {
        for offset in 0..<text.utf8CodeUnitCount {
            guard unsafe peek() == text.utf8Start[offset] else { throw Malformed() }
            index += 1
        }
    }

    private mutating func skipSpace() {
        while let byte = peek(), byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d { index += 1 }
    }
}
