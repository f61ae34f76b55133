import OpenSSL
import Testing

@Suite struct HMACSHA256Tests {
    struct Vector: Sendable {
        let key: [UInt8]
        let message: [UInt8]
        let code: String
    }

    // RFC 4231 sections 4.2 to 4.8, without 4.6 (truncation).
    static let vectors = [
        Vector(
            key: Array(repeating: 0x0b, count: 20),
            message: Array("Hi There".utf8),
            code: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        Vector(
            key: Array("Jefe".utf8),
            message: Array("what do ya want for nothing?".utf8),
            code: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        Vector(
            key: Array(repeating: 0xaa, count: 20),
            message: Array(repeating: 0xdd, count: 50),
            code: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        Vector(
            key: Array(1...25),
            message: Array(repeating: 0xcd, count: 50),
            code: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
        ),
        Vector(
            key: Array(repeating: 0xaa, count: 131),
            message: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            code: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        Vector(
            key: Array(repeating: 0xaa, count: 131),
            message: Array(
                ("This is a test using a larger than block-size key and a larger than block-size data. "
                    + "The key needs to be hashed before being used by the HMAC algorithm.").utf8
            ),
            code: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
        ),
    ]

    @Test(arguments: vectors) func `gives the codes of RFC 4231`(vector: Vector) throws {
        let hmac = try HMACSHA256(key: vector.key.span)
        let code = try hmac.code(for: vector.message.span)
        #expect(Hex.encode(code.span) == vector.code)
    }

    @Test func `a kept context starts afresh for each message`() throws {
        let vector = Self.vectors[1]
        let hmac = try HMACSHA256(key: vector.key.span)
        let other = Array(repeating: UInt8(7), count: 1000)
        for _ in 0..<3 {
            _ = try hmac.code(for: other.span)
            let code = try hmac.code(for: vector.message.span)
            #expect(Hex.encode(code.span) == vector.code)
        }
    }

    @Test func `two instances do not share a key`() throws {
        let (first, second) = (Self.vectors[0], Self.vectors[1])
        let one = try HMACSHA256(key: first.key.span)
        let two = try HMACSHA256(key: second.key.span)
        let codeOfOne = try one.code(for: first.message.span)
        let codeOfTwo = try two.code(for: second.message.span)
        #expect(Hex.encode(codeOfOne.span) == Self.vectors[0].code)
        #expect(Hex.encode(codeOfTwo.span) == Self.vectors[1].code)
    }

    @Test(arguments: [1, 32, 55, 63, 64, 65, 128, 200])
    func `agrees with its definition for keys and messages around the block's size`(keyByteCount: Int) throws {
        let key = (0..<keyByteCount).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let hmac = try HMACSHA256(key: key.span)
        // RFC 2104 section 2, by the library's other interface.
        var block = try key.count > 64 ? Digest.sha256(key.span) : key
        block += Array(repeating: 0, count: 64 - block.count)
        for count in 0...200 {
            let message = (0..<count).map { UInt8($0) }
            let inner = try Digest.sha256((block.map { $0 ^ 0x36 } + message).span)
            let outer = try Digest.sha256((block.map { $0 ^ 0x5c } + inner).span)
            let code = try hmac.code(for: message.span)
            #expect(Hex.encode(code.span) == Hex.encode(outer.span))
        }
    }

    @Test func `an empty message has a code`() throws {
        let key = Array("key".utf8)
        let empty: [UInt8] = []
        let code = try HMACSHA256(key: key.span).code(for: empty.span)
        #expect(Hex.encode(code.span) == "5d5d139563c95b5967b9bd9a8c9b233a9dedb45072794cd232dc1b74832607d0")
    }

    @Test func `an empty key is refused`() {
        let empty: [UInt8] = []
        #expect(throws: OpenSSLError.self) { _ = try HMACSHA256(key: empty.span) }
    }

    @Test func `only the whole right code is accepted`() throws {
        let vector = Self.vectors[0]
        let hmac = try HMACSHA256(key: vector.key.span)
        let right = try #require(Hex.decode(vector.code))
        #expect(try hmac.isCode(right.span, for: vector.message.span))
        for index in right.indices {
            var wrong = right
            wrong[index] ^= 1
            #expect(try !hmac.isCode(wrong.span, for: vector.message.span))
            let cut = Array(right[..<index])
            #expect(try !hmac.isCode(cut.span, for: vector.message.span))
        }
    }
}
