/// Finds members of a JSON object without making anything of the others.
///
/// For replies of a server under test: what is not the shape that it promises gives nil, and that is an error to count.
enum ReplyMembers {
    /// Where the value of a top-level member lies: the text between the quotes of a string, or the literal.
    static func find(_ name: StaticString, in body: [UInt8]) -> Range<Int>? {
        let bytes = body.span
        var index = skipSpace(bytes, 0)
        guard index < bytes.count, bytes[index] == UInt8(ascii: "{") else { return nil }
        index += 1
        while true {
            index = skipSpace(bytes, index)
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\""), let keyEnd = stringEnd(bytes, index)
            else { return nil }
            let isIt = matches(name, bytes, (index + 1)..<keyEnd)
            index = skipSpace(bytes, keyEnd + 1)
            guard index < bytes.count, bytes[index] == UInt8(ascii: ":") else { return nil }
            index = skipSpace(bytes, index + 1)
            guard let end = valueEnd(bytes, index) else { return nil }
            if isIt { return bytes[index] == UInt8(ascii: "\"") ? (index + 1)..<(end - 1) : index..<end }
            index = skipSpace(bytes, end)
            guard index < bytes.count, bytes[index] == UInt8(ascii: ",") else { return nil }
            index += 1
        }
    }

    /// The value of a top-level member as text; escapes stay as they are.
    static func text(_ name: StaticString, in body: [UInt8]) -> String? {
        find(name, in: body).map { String(decoding: body[$0], as: UTF8.self) }
    }

    /// Whether a top-level member is this text or literal.
    static func has(_ name: StaticString, _ value: [UInt8], in body: [UInt8]) -> Bool {
        guard let range = find(name, in: body), range.count == value.count else { return false }
        var index = range.lowerBound
        for byte in value {
            if body[index] != byte { return false }
            index += 1
        }
        return true
    }

    private static func matches(_ name: StaticString, _ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard name.utf8CodeUnitCount == range.count else { return false }
        return name.withUTF8Buffer { name in
            for offset in 0..<range.count where unsafe name[offset] != bytes[range.lowerBound + offset] { return false }
            return true
        }
    }

    private static func skipSpace(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        var index = start
        while index < bytes.count, bytes[index] <= UInt8(ascii: " ") { index += 1 }
        return index
    }

    /// The index of the closing quote.
    private static func stringEnd(_ bytes: Span<UInt8>, _ start: Int) -> Int? {
        var index = start + 1
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""): return index
            case UInt8(ascii: "\\"): index += 2
            default: index += 1
            }
        }
        return nil
    }

    /// The index behind a value.
    private static func valueEnd(_ bytes: Span<UInt8>, _ start: Int) -> Int? {
        guard start < bytes.count else { return nil }
        switch bytes[start] {
        case UInt8(ascii: "\""):
            return stringEnd(bytes, start).map { $0 + 1 }
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            return nestedEnd(bytes, start)
        default:
            var index = start
            while index < bytes.count, !isDelimiter(bytes[index]) { index += 1 }
            return index > start ? index : nil
        }
    }

    private static func nestedEnd(_ bytes: Span<UInt8>, _ start: Int) -> Int? {
        var depth = 0
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                guard let end = stringEnd(bytes, index) else { return nil }
                index = end
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return index + 1 }
            default: break
            }
            index += 1
        }
        return nil
    }

    private static func isDelimiter(_ byte: UInt8) -> Bool {
        byte <= UInt8(ascii: " ") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
    }
}
