/// Writes field lines that cannot break out of their line.
enum FieldEncoder {
    /// Appends `name: value CRLF`; nothing when `name` is not a token.
    static func append(_ name: String, _ value: String, to buffer: inout [UInt8]) {
        guard isToken(name) else { return }
        append(name, to: &buffer)
        buffer.append(UInt8(ascii: ":"))
        buffer.append(UInt8(ascii: " "))
        appendSanitized(value, to: &buffer)
        appendLineEnd(to: &buffer)
    }

    /// Appends the UTF-8 of `text`; by way of its span, several times faster than as a sequence.
    static func append(_ text: String, to buffer: inout [UInt8]) {
        let bytes = text.utf8.span
        bytes.append(0..<bytes.count, to: &buffer)
    }

    /// Whether `text` is a token (RFC 9110 section 5.6.2).
    static func isToken(_ text: String) -> Bool {
        let bytes = text.utf8.span
        var index = bytes.endOfPlainText(from: 0)
        while index < bytes.count, CharacterClass.isToken(bytes[index]) { index &+= 1 }
        return index == bytes.count && index > 0
    }

    /// Appends `text` with control characters made spaces, as RFC 9110 section 5.5 tells recipients of CR, LF and NUL.
    static func appendSanitized(_ text: String, to buffer: inout [UInt8]) {
        let start = buffer.count
        append(text, to: &buffer)
        var index = buffer.span.firstForbiddenInValue(from: start)
        while index < buffer.count {
            buffer[index] = UInt8(ascii: " ")
            index = buffer.span.firstForbiddenInValue(from: index + 1)
        }
    }

    /// Appends the Content-Length field.
    static func appendContentLength(_ length: Int, to buffer: inout [UInt8]) {
        append("Content-Length: ", to: &buffer)
        appendDecimal(length, to: &buffer)
        appendLineEnd(to: &buffer)
    }

    /// Appends `number`, which is not negative, in decimal.
    static func appendDecimal(_ number: Int, to buffer: inout [UInt8]) {
        let start = buffer.count
        var rest = number
        repeat {
            buffer.append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        buffer[start...].reverse()
    }

    static func appendLineEnd(to buffer: inout [UInt8]) {
        buffer.append(UInt8(ascii: "\r"))
        buffer.append(UInt8(ascii: "\n"))
    }

    /// The fields that only the encoders write: a second one from elsewhere could contradict the body's framing.
    static func isFraming(_ name: String) -> Bool {
        let bytes = name.utf8.span
        let all = 0..<bytes.count
        return switch bytes.count {
        case 10: bytes.matches(all, lowercased: "connection")
        case 14: bytes.matches(all, lowercased: "content-length")
        case 17: bytes.matches(all, lowercased: "transfer-encoding")
        default: false
        }
    }
}
