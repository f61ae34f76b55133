import FoundationEssentials

/// Decoding of JSON that strangers wrote: one object in UTF-8 and nothing else.
enum StrictJSON {
    /// The decoded object, or nil when `bytes` are not UTF-8, not one JSON object, or not of this shape.
    ///
    /// Foundation guesses UTF-16 and UTF-32 from zero bytes and skips a byte order mark; RFC 8259 section 8.1 allows none of these
    /// between systems. The checks come after the decoding, so that the work does not tell which of them failed.
    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) -> Value? {
        let value = try? JSONDecoder().decode(type, from: Data(bytes))
        let isObject = bytes.first { !isWhiteSpace($0) } == UInt8(ascii: "{")
        let isText = !bytes.contains(0) && isUTF8(bytes)
        return isObject && isText ? value : nil
    }

    private static func isWhiteSpace(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): true
        default: false
        }
    }

    private static func isUTF8(_ bytes: [UInt8]) -> Bool {
        do {
            _ = try UTF8Span(validating: bytes.span)
            return true
        } catch {
            return false
        }
    }
}
