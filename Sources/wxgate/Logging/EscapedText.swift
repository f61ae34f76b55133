extension String {
    /// Appends a character so that the text stays on one line and shows what is really there.
    ///
    /// Escaped are quotes, backslashes, control characters, and what reorders or breaks a line when displayed: somebody else
    /// may choose parts of a log line (a path, a request id) and must not be able to forge another one.
    mutating func appendEscaped(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": append("\\\"")
        case "\\": append("\\\\")
        case "\n": append("\\n")
        case "\r": append("\\r")
        case "\t": append("\\t")
        default:
            if Self.isHarmless(scalar) {
                unicodeScalars.append(scalar)
            } else {
                append("\\u{\(String(scalar.value, radix: 16))}")
            }
        }
    }

    /// Whether the character needs no escape outside quotes.
    static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        // Nearly all of it is ASCII; the property look-up is slow.
        if scalar.isASCII { return scalar.value >= 0x20 && scalar.value != 0x7f }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: return false
        default: return true
        }
    }
}
