import FoundationEssentials

/// Decoding of a token's header or claims that somebody else wrote.
enum TokenJSON {
    /// The decoded object, or nil when `json` is not one JSON object in UTF-8, or names a member twice.
    ///
    /// RFC 7515 section 4 and RFC 7519 section 4: of a repeated member the last counts or the token is refused, or two
    /// readers see two tokens. Foundation takes the first, so it is refused.
    static func decode<Value: Decodable>(_ type: Value.Type, from json: [UInt8]) -> Value? {
        guard hasEachNameOnce(json) else { return nil }
        return try? JSONDecoder().decode(type, from: Data(json))
    }

    /// Whether all names of the outermost object differ. Says nothing of what is not JSON.
    ///
    /// Names with an escape, and bytes that only another encoding than UTF-8 has, count as repeated: no writer has a need
    /// of them.
    private static func hasEachNameOnce(_ json: [UInt8]) -> Bool {
        var names: Set<ArraySlice<UInt8>> = []
        var depth = 0
        var isNameNext = false
        var index = json.startIndex
        while index < json.endIndex {
            switch json[index] {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                isNameNext = depth == 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ","): isNameNext = depth == 1
            case UInt8(ascii: "\""):
                guard let end = endOfText(in: json, from: index + 1) else { return false }
                if isNameNext {
                    let name = json[index + 1..<end]
                    guard !name.contains(UInt8(ascii: "\\")), names.insert(name).inserted else { return false }
                    isNameNext = false
                }
                index = end
            case 0, 0x80...: return false
            default: break
            }
            index += 1
        }
        return true
    }

    /// Where the quote is that ends a text.
    private static func endOfText(in json: [UInt8], from start: Int) -> Int? {
        var index = start
        while index < json.endIndex {
            switch json[index] {
            case UInt8(ascii: "\""): return index
            case UInt8(ascii: "\\"): index += 2
            default: index += 1
            }
        }
        return nil
    }
}
