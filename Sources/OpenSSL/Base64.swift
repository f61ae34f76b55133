/// Base 64 (RFC 4648), standard with padding (section 4) and url-safe without (section 5).
///
/// Decoding is strict: one text for each sequence of bytes. Whatever else decodes would let the same token or key be
/// written in several ways.
public enum Base64 {
    /// Standard alphabet, padded.
    public static func encode(_ bytes: Span<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        append(bytes, alphabet: .standard, to: &text)
        text.append(contentsOf: repeatElement(UInt8(ascii: "="), count: (3 - bytes.count % 3) % 3))
        return String(decoding: text, as: UTF8.self)
    }

    /// Url-safe alphabet, not padded.
    public static func encodeURLSafe(_ bytes: Span<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count * 4 + 2) / 3)
        append(bytes, alphabet: .urlSafe, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Url-safe alphabet, not padded, added to a buffer that the caller reuses.
    public static func appendURLSafe(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
        append(bytes, alphabet: .urlSafe, to: &text)
    }

    /// The bytes of a padded standard text, or nil for another alphabet, white space, wrong padding, or bits after the
    /// last byte that are not zero.
    public static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        var count = text.count
        // At most two: four characters stand for at least one byte.
        for _ in 0..<2 where count > 0 && text[count - 1] == UInt8(ascii: "=") { count -= 1 }
        return decode(text.extracting(first: count), alphabet: .standard)
    }

    /// The bytes of an unpadded url-safe text, or nil for another alphabet, padding, white space, an impossible length,
    /// or bits after the last byte that are not zero.
    public static func decodeURLSafe(_ text: Span<UInt8>) -> [UInt8]? {
        decode(text, alphabet: .urlSafe)
    }

    private static func append(_ bytes: Span<UInt8>, alphabet: Base64Alphabet, to text: inout [UInt8]) {
        var position = text.count
        // Grown once and then filled: appending character by character costs several times as much.
        text.append(contentsOf: repeatElement(0, count: (bytes.count * 4 + 2) / 3))
        var output = text.mutableSpan
        var index = 0
        let characters = alphabet.characters.span
        while index + 3 <= bytes.count {
            let bits = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
            output[position] = characters[Int(bits >> 18)]
            output[position + 1] = characters[Int(bits >> 12 & 63)]
            output[position + 2] = characters[Int(bits >> 6 & 63)]
            output[position + 3] = characters[Int(bits & 63)]
            index += 3
            position += 4
        }
        if index + 1 == bytes.count {
            let bits = UInt32(bytes[index])
            output[position] = characters[Int(bits >> 2)]
            output[position + 1] = characters[Int(bits << 4 & 63)]
        } else if index + 2 == bytes.count {
            let bits = UInt32(bytes[index]) << 8 | UInt32(bytes[index + 1])
            output[position] = characters[Int(bits >> 10)]
            output[position + 1] = characters[Int(bits >> 4 & 63)]
            output[position + 2] = characters[Int(bits << 2 & 63)]
        }
    }

    private static func decode(_ text: Span<UInt8>, alphabet: Base64Alphabet) -> [UInt8]? {
        // One character alone holds 6 bits: no byte.
        guard text.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count * 3 / 4)
        var bits: UInt32 = 0
        var bitCount: UInt32 = 0
        let values = alphabet.values.span
        for index in 0..<text.count {
            let value = values[Int(text[index])]
            guard value != Base64Alphabet.noValue else { return nil }
            bits = bits << 6 | UInt32(value)
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> bitCount))
            }
        }
        guard bits & ((1 << bitCount) - 1) == 0 else { return nil }
        return bytes
    }
}
