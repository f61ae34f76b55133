extension JSONScanner {
    /// A text in quotes, its escapes checked.
    mutating func text(_ json: Span<UInt8>) throws(Malformed) -> JSONText {
        try expect(UInt8(ascii: "\""), json)
        let start = index
        var hasEscapes = false
        while true {
            skipPlainText(json)
            guard index < json.count else { throw Malformed() }
            switch json[index] {
            case UInt8(ascii: "\""):
                index &+= 1
                return JSONText(range: start..<index &- 1, hasEscapes: hasEscapes)
            case UInt8(ascii: "\\"):
                index &+= 1
                hasEscapes = true
                _ = try escape(json)
            case 0..<0x20: throw Malformed()
            default: index &+= 1
            }
        }
    }

    /// Goes on to a quote, a backslash or a control character, eight bytes at a time; stops early near the end.
    @inline(__always)
    private mutating func skipPlainText(_ json: Span<UInt8>) {
        while json.count &- index >= 8 {
            let x = UInt64(
                littleEndian: unsafe json.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
            )
            // The top bit of each byte that is one of them. A borrow can only set bits above the lowest hit, and only the
            // lowest one is used.
            let (quote, backslash) = (x ^ 0x2222_2222_2222_2222, x ^ 0x5C5C_5C5C_5C5C_5C5C)
            let hits =
                ((x &- 0x2020_2020_2020_2020) & ~x | (quote &- 0x0101_0101_0101_0101) & ~quote
                    | (backslash &- 0x0101_0101_0101_0101) & ~backslash) & 0x8080_8080_8080_8080
            if hits != 0 {
                index &+= hits.trailingZeroBitCount &>> 3
                return
            }
            index &+= 8
        }
    }

    /// What stands behind a backslash.
    mutating func escape(_ json: Span<UInt8>) throws(Malformed) -> Unicode.Scalar {
        guard index < json.count else { throw Malformed() }
        let byte = json[index]
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
        case UInt8(ascii: "u"): return try unicodeEscape(json)
        default: throw Malformed()
        }
    }

    /// `\uXXXX`, two of them for what needs a surrogate pair; half a pair is no text (RFC 8259 section 8.2).
    private mutating func unicodeEscape(_ json: Span<UInt8>) throws(Malformed) -> Unicode.Scalar {
        var code = try codeUnit(json)
        if (0xd800..<0xdc00).contains(code) {
            try expect(UInt8(ascii: "\\"), json)
            try expect(UInt8(ascii: "u"), json)
            let low = try codeUnit(json)
            guard (0xdc00..<0xe000).contains(low) else { throw Malformed() }
            code = 0x1_0000 + (code - 0xd800) << 10 + (low - 0xdc00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw Malformed() }
        return scalar
    }

    private mutating func codeUnit(_ json: Span<UInt8>) throws(Malformed) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard index < json.count, let digit = Self.hexDigit(json[index]) else { throw Malformed() }
            code = code << 4 + UInt32(digit)
            index += 1
        }
        return code
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
