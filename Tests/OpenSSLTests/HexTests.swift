import OpenSSL
import Testing

@Suite struct HexTests {
    @Test func `every byte is two lower-case digits and comes back from either case`() {
        let bytes = Array(UInt8.min...UInt8.max)
        let text = Hex.encode(bytes.span)
        #expect(text.count == 512)
        #expect(text.hasPrefix("000102") && text.hasSuffix("fdfeff"))
        #expect(Hex.decode(text) == bytes)
        #expect(Hex.decode(text.uppercased()) == bytes)
    }

    @Test(arguments: ["0", "0g", "g0", " 0", "0x10", "00 00", "é"]) func `refuses what is not hex`(text: String) {
        #expect(Hex.decode(text) == nil)
    }
}
