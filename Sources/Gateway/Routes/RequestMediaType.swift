internal import HTTP

/// The media types of request bodies (contract section 2).
enum RequestMediaType {
    case json
    case form

    /// Reads `Content-Type`, whatever its parameters and its case (RFC 9110 section 8.3.1); nil for any other type.
    init?(of headers: Headers) {
        let type = headers.first("content-type") { value -> RequestMediaType? in
            if RequestMediaType.names("application/json", in: value) { return .json }
            return RequestMediaType.names("application/x-www-form-urlencoded", in: value) ? .form : nil
        }
        guard let type, let type else { return nil }
        self = type
    }

    /// Whether a field value names `type`, which is in lower case.
    private static func names(_ type: StaticString, in value: Span<UInt8>) -> Bool {
        var index = 0
        while index < value.count, isSpace(value[index]) { index += 1 }
        for offset in 0..<type.utf8CodeUnitCount {
            guard index < value.count, unsafe lowercased(value[index]) == type.utf8Start[offset] else { return false }
            index += 1
        }
        while index < value.count, isSpace(value[index]) { index += 1 }
        return index == value.count || value[index] == UInt8(ascii: ";")
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
