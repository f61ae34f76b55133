/// The two forms of an ECDSA signature on P-256: r and s in 32 bytes each (RFC 7518 section 3.4), and the DER sequence of
/// two integers that the library speaks (RFC 3279 section 2.2.3).
enum ECDSASignature {
    /// Bytes of the first form.
    static let byteCount = 64
    /// Bound of the second: head, and twice head, sign byte and number.
    static let derByteCountMax = 2 + 2 * (2 + 33)

    private static let integerByteCount = 32
    private static let sequenceTag: UInt8 = 0x30
    private static let integerTag: UInt8 = 0x02

    /// The DER form of 64 bytes, the only one there is of them.
    static func der(_ raw: Span<UInt8>) -> [UInt8] {
        var der: [UInt8] = []
        der.reserveCapacity(derByteCountMax)
        der += [sequenceTag, 0]
        appendInteger(raw.extracting(first: integerByteCount), to: &der)
        appendInteger(raw.extracting(droppingFirst: integerByteCount), to: &der)
        // Below 128 in any case, so the length is one byte.
        der[1] = UInt8(der.count - 2)
        return der
    }

    /// The 64 bytes of a DER form that the library wrote, or nil when it is none.
    static func raw(_ der: Span<UInt8>) -> [64 of UInt8]? {
        guard der.count >= 2, der[0] == sequenceTag, Int(der[1]) == der.count - 2 else { return nil }
        var raw = [64 of UInt8](repeating: 0)
        var position = 2
        for end in [integerByteCount, 2 * integerByteCount] {
            guard der.count >= position + 2, der[position] == integerTag else { return nil }
            let count = Int(der[position + 1])
            position += 2
            guard count > 0, der.count >= position + count else { return nil }
            let isSigned = der[position] == 0
            guard count - (isSigned ? 1 : 0) <= integerByteCount else { return nil }
            for index in (isSigned ? 1 : 0)..<count { raw[end - count + index] = der[position + index] }
            position += count
        }
        return position == der.count ? raw : nil
    }

    /// Without leading zeros, but for the one that keeps it from being negative.
    private static func appendInteger(_ number: Span<UInt8>, to der: inout [UInt8]) {
        var start = 0
        while start < number.count - 1, number[start] == 0 { start += 1 }
        let needsSign = number[start] >= 0x80
        der += [integerTag, UInt8(number.count - start + (needsSign ? 1 : 0))]
        if needsSign { der.append(0) }
        for index in start..<number.count { der.append(number[index]) }
    }
}
