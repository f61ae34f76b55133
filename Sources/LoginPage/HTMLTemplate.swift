/// HTML with `{{name}}` in places where a text goes: inside quoted attributes or between tags, never inside a script, a
/// style or an unquoted attribute, for which escaping is not enough.
struct HTMLTemplate: Sendable {
    private enum Part: Sendable {
        case text([UInt8])
        case place(String)
    }

    private let parts: [Part]

    /// The names of all places, in their order.
    var places: [String] {
        parts.compactMap { part in
            if case .place(let name) = part { name } else { nil }
        }
    }

    /// Cuts the text at its places once, so that a filled-in value is never looked at for further places.
    init(_ bytes: [UInt8]) {
        var parts: [Part] = []
        var text: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index...].starts(with: "{{".utf8), let end = Self.endOfPlace(in: bytes, from: index + 2) {
                parts.append(.text(text))
                parts.append(.place(String(decoding: bytes[(index + 2)..<end], as: UTF8.self)))
                text = []
                index = end + 2
            } else {
                text.append(bytes[index])
                index += 1
            }
        }
        parts.append(.text(text))
        self.parts = parts
    }

    /// The text with the values in their places, escaped. A place without a value stays empty.
    func filled(with values: [String: String]) -> [UInt8] {
        var filled: [UInt8] = []
        for part in parts {
            switch part {
            case .text(let text): filled += text
            case .place(let name): Self.appendEscaped(values[name] ?? "", to: &filled)
            }
        }
        return filled
    }

    private static func endOfPlace(in bytes: [UInt8], from start: Int) -> Int? {
        var index = start
        while index + 1 < bytes.count, bytes[index] != UInt8(ascii: "\n") {
            if bytes[index] == UInt8(ascii: "}"), bytes[index + 1] == UInt8(ascii: "}") { return index }
            index += 1
        }
        return nil
    }

    /// The five characters that can end a text or a quoted attribute, and the backtick, which old browsers took for a quote.
    private static func appendEscaped(_ value: String, to bytes: inout [UInt8]) {
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes += "&amp;".utf8
            case UInt8(ascii: "<"): bytes += "&lt;".utf8
            case UInt8(ascii: ">"): bytes += "&gt;".utf8
            case UInt8(ascii: "\""): bytes += "&quot;".utf8
            case UInt8(ascii: "'"): bytes += "&#39;".utf8
            case UInt8(ascii: "`"): bytes += "&#96;".utf8
            default: bytes.append(byte)
            }
        }
    }
}
