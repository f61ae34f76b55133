import OpenSSL
import Testing

@Suite struct PKCS7PaddingTests {
    private func padding(_ blocks: [UInt8]) -> PKCS7Padding { PKCS7Padding(of: blocks.span) }

    @Test(arguments: 1...16) func `padding of each length is recognised and any wrong byte in it is not`(count: Int) {
        var block = Array(repeating: UInt8(0x41), count: 16 - count) + Array(repeating: UInt8(count), count: count)
        #expect(padding(block).isValid)
        #expect(padding(block).byteCount == count)
        for position in 0..<count - 1 {
            block[15 - position - 1] ^= 0x80
            #expect(!padding(block).isValid)
            #expect(padding(block).byteCount == 0)
            block[15 - position - 1] ^= 0x80
        }
    }

    @Test func `every last byte over sixteen, and zero, is wrong`() {
        for last in [UInt8(0)] + Array(17...255) {
            #expect(!padding(Array(repeating: last, count: 32)).isValid)
        }
    }

    @Test(arguments: [0, 1, 15, 17]) func `what is not whole blocks has no padding`(count: Int) {
        #expect(!padding(Array(repeating: 1, count: count)).isValid)
    }
}
