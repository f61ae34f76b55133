import Testing

@testable import Gateway

@Suite struct SipHashTests {
    /// From the reference implementation's `vectors_sip128`, but the last, which is OpenSSL's: the key's bytes count from 0,
    /// and so do the message's.
    private static let vectors: [(count: Int, hash: String)] = [
        (0, "a3817f04ba25a8e66df67214c7550293"),
        (1, "da87c1d86b99af44347659119b22fc45"),
        (8, "3b62a9ba6258f5610f83e264f31497b4"),
        (15, "5493e99933b0a8117e08ec0f97cfc3d9"),
        (47, "e61c432b720b19d18ec8d84bdc63151b"),
    ]

    private static let key: (low: UInt64, high: UInt64) = (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908)

    private func hex(_ hash: (low: UInt64, high: UInt64)) -> String {
        [hash.low, hash.high].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
            .map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    @Test(arguments: vectors.indices) func `the reference's vectors come out`(index: Int) {
        let message = (0..<Self.vectors[index].count).map { UInt8($0) }
        let hash = SipHash(key: Self.key).finish(with: message.span)
        #expect(hex(hash) == Self.vectors[index].hash)
    }

    @Test func `what is taken in pieces counts as one message`() {
        let message = (0..<47).map { UInt8($0) }
        var hash = SipHash(key: Self.key)
        hash.take(0x0706_0504_0302_0100)
        hash.take(padded: message.span.extracting(8..<24))
        let end = hash.finish(with: message.span.extracting(24..<47))
        #expect(hex(end) == Self.vectors[4].hash)
    }

    @Test func `padding is zeros`() {
        let message = (0..<13).map { UInt8($0) }
        let whole = message + [0, 0, 0] + message
        var hash = SipHash(key: Self.key)
        hash.take(padded: message.span)
        let end = hash.finish(with: message.span)
        let expected = SipHash(key: Self.key).finish(with: whole.span)
        #expect(end == expected)
    }
}
