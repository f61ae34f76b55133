/// Base 64 (RFC 4648), standard with padding (section 4) and url-safe without (section 5).
///
/// Decoding is strict: one text for each sequence of bytes. Whatever else decodes would let the same token or key be
/// written in several ways.
public enum Base64 {
    /// Standard alphabet, padded.
    public static func encode(_ bytes: Span<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        Base64Alphabet.standard.append(bytes, to: &text)
        text.append(contentsOf: repeatElement(UInt8(ascii: "="), count: (3 - bytes.count % 3) % 3))
        return String(decoding: text, as: UTF8.self)
    }

    /// Url-safe alphabet, not padded.
    public static func encodeURLSafe(_ bytes: Span<UInt8>) -> String {
        unsafe String(unsafeUninitializedCapacity: Base64Alphabet.characterCount(of: bytes.count)) { text in
            unsafe Base64Alphabet.urlSafe.encode(bytes, to: text)
        }
    }

    /// Url-safe alphabet, not padded, added to a buffer that the caller reuses.
    public static func appendURLSafe(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
        Base64Alphabet.urlSafe.append(bytes, to: &text)
    }

    /// Url-safe alphabet, not padded, into room that is there.
    ///
    /// - Parameter text: has room for ``urlSafeCharacterCount(of:)`` characters.
    /// - Returns: how many characters were written.
    @discardableResult
    public static func encodeURLSafe(_ bytes: Span<UInt8>, into text: inout MutableSpan<UInt8>) -> Int {
        unsafe text.withUnsafeMutableBufferPointer { text in
            unsafe Base64Alphabet.urlSafe.encode(bytes, to: text)
        }
    }

    /// Characters of an unpadded text of so many bytes.
    public static func urlSafeCharacterCount(of byteCount: Int) -> Int {
        Base64Alphabet.characterCount(of: byteCount)
    }

    /// The bytes of a padded standard text, or nil for another alphabet, white space, wrong padding, or bits after the
    /// last byte that are not zero.
    public static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        var count = text.count
        // At most two: four characters stand for at least one byte.
        for _ in 0..<2 where count > 0 && text[count - 1] == UInt8(ascii: "=") { count -= 1 }
        return Base64Alphabet.standard.decode(text.extracting(first: count))
    }

    /// The bytes of an unpadded url-safe text, or nil for another alphabet, padding, white space, an impossible length,
    /// or bits after the last byte that are not zero.
    public static func decodeURLSafe(_ text: Span<UInt8>) -> [UInt8]? {
        Base64Alphabet.urlSafe.decode(text)
    }

    /// Decodes as ``decodeURLSafe(_:)``, into a buffer that the caller reuses.
    ///
    /// - Parameter bytes: has room for three bytes for each four characters, rounded down.
    /// - Returns: how many bytes were written; nil for no text of this form, whatever was written until it showed.
    public static func decodeURLSafe(_ text: Span<UInt8>, into bytes: inout MutableSpan<UInt8>) -> Int? {
        unsafe bytes.withUnsafeMutableBufferPointer { bytes in
            unsafe Base64Alphabet.urlSafe.decode(text, to: bytes)
        }
    }
}
