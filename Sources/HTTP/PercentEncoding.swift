/// Percent-encoding of RFC 3986 section 2.1.
public enum PercentEncoding {
    /// The bytes that `text` stands for; nil when a `%` is not followed by two hexadecimal digits.
    ///
    /// - Parameter plusAsSpace: as in forms and their queries, never in a path.
    public static func decode(_ text: String, plusAsSpace: Bool = false) -> [UInt8]? {
        let bytes = text.utf8.span
        return decode(bytes, 0..<bytes.count, plusAsSpace: plusAsSpace)
    }

    /// The text that `text` stands for; nil when an escape is broken or the bytes are not UTF-8.
    public static func decodeText(_ text: String, plusAsSpace: Bool = false) -> String? {
        guard let bytes = decode(text, plusAsSpace: plusAsSpace) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    /// `text` with everything escaped but `A-Z a-z 0-9 - . _ ~`: right for a path segment or a query value.
    public static func encode(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        appendEncoded(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends what `encode` returns, without a `String` on the way.
    public static func appendEncoded(_ text: String, to buffer: inout [UInt8]) {
        for byte in text.utf8 {
            if CharacterClass.isUnreserved(byte) {
                buffer.append(byte)
            } else {
                buffer.append(UInt8(ascii: "%"))
                buffer.append(hexDigit(byte &>> 4))
                buffer.append(hexDigit(byte & 0x0F))
            }
        }
    }

    static func decode(_ bytes: Span<UInt8>, _ range: Range<Int>, plusAsSpace: Bool) -> [UInt8]? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            switch bytes[index] {
            case UInt8(ascii: "%"):
                guard range.upperBound - index > 2,
                    let high = CharacterClass.hexValue(bytes[index + 1]),
                    let low = CharacterClass.hexValue(bytes[index + 2])
                else { return nil }
                decoded.append(high &<< 4 | low)
                index += 2
            case UInt8(ascii: "+") where plusAsSpace:
                decoded.append(UInt8(ascii: " "))
            case let byte:
                decoded.append(byte)
            }
            index += 1
        }
        return decoded
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}
