/// The character classes of the HTTP grammar, as bit sets over ASCII: no table in memory, no initialiser to run.
enum CharacterClass {
    /// `tchar` of RFC 9110 section 5.6.2: what method and field names are made of.
    @inline(__always)
    static func isToken(_ byte: UInt8) -> Bool {
        // 0-63: ! # $ % & ' * + - . 0-9; 64-127: A-Z ^ _ ` a-z | ~
        contains(byte, low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE)
    }

    /// `unreserved` of RFC 3986 section 2.3: what percent-encoding leaves alone.
    @inline(__always)
    static func isUnreserved(_ byte: UInt8) -> Bool {
        // 0-63: - . 0-9; 64-127: A-Z _ a-z ~
        contains(byte, low: 0x03FF_6000_0000_0000, high: 0x47FF_FFFE_87FF_FFFE)
    }

    /// What a registered name is made of (RFC 3986 section 3.2.2): unreserved, sub-delims and `%`.
    @inline(__always)
    static func isHost(_ byte: UInt8) -> Bool {
        // 0-63: ! $ % & ' ( ) * + , - . 0-9 ; =; 64-127: A-Z _ a-z ~
        contains(byte, low: 0x2BFF_7FF2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE)
    }

    /// Visible ASCII but `#`, which never belongs to a request target.
    ///
    /// Wider than RFC 3986: browsers send `|`, `{`, `^` and more raw in queries, and nothing downstream gives them a
    /// meaning.
    @inline(__always)
    static func isTarget(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "#")
    }

    /// A control character other than HTAB: never part of a field value (RFC 9110 section 5.5).
    @inline(__always)
    static func isForbiddenInValue(_ byte: UInt8) -> Bool {
        (byte < 0x20 && byte != 0x09) || byte == 0x7F
    }

    /// OWS of RFC 9110 section 5.6.3.
    @inline(__always)
    static func isWhitespace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09
    }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10
    }

    /// The value of a hexadecimal digit, nil when it is none.
    @inline(__always)
    static func hexValue(_ byte: UInt8) -> UInt8? {
        if isDigit(byte) { return byte &- UInt8(ascii: "0") }
        let letter = (byte | 0x20) &- UInt8(ascii: "a")
        return letter < 6 ? letter &+ 10 : nil
    }

    @inline(__always)
    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }

    @inline(__always)
    private static func contains(_ byte: UInt8, low: UInt64, high: UInt64) -> Bool {
        let half = byte & 0x40 == 0 ? low : high
        return byte < 0x80 && (half &>> UInt64(byte & 0x3F)) & 1 == 1
    }
}
