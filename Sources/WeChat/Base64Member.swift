import OpenSSL

/// A member of a request that a mini-program filled with Base64, as it arrives after its journey through forms.
public enum Base64Member {
    /// The bytes, or nil when the text is not Base64 after one percent-decoding and with a space read as `+`.
    ///
    /// Clients encode once too often, or put a `+` into a form unencoded, which makes a space of it. Both can be told
    /// from the real thing, because neither `%` nor a space is Base64.
    public static func decode(_ text: String) -> [UInt8]? {
        guard var bytes = percentDecoded(text.utf8Span.span) else { return nil }
        for index in bytes.indices where bytes[index] == UInt8(ascii: " ") { bytes[index] = UInt8(ascii: "+") }
        return Base64.decode(bytes.span)
    }

    private static func percentDecoded(_ text: Span<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            guard text[index] == UInt8(ascii: "%") else {
                bytes.append(text[index])
                index += 1
                continue
            }
            guard index + 2 < text.count, let high = Hex.value(text[index + 1]), let low = Hex.value(text[index + 2])
            else { return nil }
            bytes.append(high << 4 | low)
            index += 3
        }
        return bytes
    }
}
