/// Matches `HTTP/d.d` byte by byte, so that something else is refused at once (RFC 9112 section 2.3).
struct VersionMatcher {
    /// The length of what it matches.
    static let length = 8

    /// `HTTP/1.1`, the first byte in the lowest bits.
    static let http11: UInt64 = 0x312E_312F_5054_5448

    private var major: UInt8 = 0
    private var minor: UInt8 = 0

    /// Takes `HTTP/1.1` as a whole.
    mutating func takeHTTP11() {
        major = UInt8(ascii: "1")
        minor = UInt8(ascii: "1")
    }

    /// Whether `byte` fits at `offset`, 0 to 7; the name is case-sensitive.
    mutating func take(_ byte: UInt8, at offset: Int) -> Bool {
        switch offset {
        case 0: return byte == UInt8(ascii: "H")
        case 1, 2: return byte == UInt8(ascii: "T")
        case 3: return byte == UInt8(ascii: "P")
        case 4: return byte == UInt8(ascii: "/")
        case 6: return byte == UInt8(ascii: ".")
        case 5: major = byte
        default: minor = byte
        }
        return CharacterClass.isDigit(byte)
    }

    /// Nil for a version that is neither 1.0 nor 1.1.
    var version: Version? {
        switch (major, minor) {
        case (UInt8(ascii: "1"), UInt8(ascii: "1")): .http11
        case (UInt8(ascii: "1"), UInt8(ascii: "0")): .http10
        default: nil
        }
    }
}
