import OpenSSL
import Testing

@Suite struct AESCBCTests {
    // NIST SP 800-38A, F.2.1: CBC-AES128, four blocks.
    static let key = "2b7e151628aed2a6abf7158809cf4f3c"
    static let vector = "000102030405060708090a0b0c0d0e0f"
    static let plaintext = """
        6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51\
        30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710
        """
    static let ciphertext = """
        7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2\
        73bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7
        """

    let aes: AESCBC
    let key: [16 of UInt8]
    let initial: [16 of UInt8]

    init() throws {
        aes = try AESCBC()
        key = try #require(Hex.decode(Self.key).flatMap(AESCBC.block))
        initial = try #require(Hex.decode(Self.vector).flatMap(AESCBC.block))
    }

    private func encrypt(_ plaintext: [UInt8]) throws -> [UInt8] {
        try aes.encrypt(plaintext.span, key: key, initializationVector: initial)
    }

    private func decrypt(_ ciphertext: [UInt8]) throws -> [UInt8]? {
        try aes.decrypt(ciphertext.span, key: key, initializationVector: initial)
    }

    @Test func `encrypts as NIST says, and one block of padding follows`() throws {
        let encrypted = try encrypt(try #require(Hex.decode(Self.plaintext)))
        #expect(encrypted.count == 80)
        let blocks = Array(encrypted[..<64])
        #expect(Hex.encode(blocks.span) == Self.ciphertext)
    }

    @Test func `decrypts as NIST says`() throws {
        let ciphertext = try #require(Hex.decode(Self.ciphertext))
        let blocks = try aes.decryptBlocks(ciphertext.span, key: key, initializationVector: initial)
        #expect(blocks == Hex.decode(Self.plaintext))
    }

    @Test func `what was encrypted decrypts, at every length around the blocks`() throws {
        for count in 0...49 {
            let message = (0..<count).map { UInt8($0) }
            let encrypted = try encrypt(message)
            #expect(encrypted.count == (count / 16 + 1) * 16)
            #expect(try decrypt(encrypted) == message)
        }
    }

    @Test func `nothing, and what is not whole blocks, decrypts to nothing`() throws {
        let encrypted = try encrypt(Array("some message of two blocks".utf8))
        for count in 0..<encrypted.count where count != 16 {
            #expect(try decrypt(Array(encrypted[..<count])) == nil)
        }
    }

    @Test func `the kept context forgets the message before, whatever became of it`() throws {
        let message = Array("hello".utf8)
        let encrypted = try encrypt(message)
        #expect(try decrypt(Array(repeating: 0, count: 32)) == nil)
        #expect(try decrypt([1, 2, 3]) == nil)
        #expect(try decrypt(encrypted) == message)
        let otherKey = [16 of UInt8](repeating: 9)
        _ = try aes.encrypt(message.span, key: otherKey, initializationVector: otherKey)
        #expect(try decrypt(encrypted) == message)
    }

    @Test func `another key or vector does not give the message`() throws {
        let message = Array("a message of more than one block".utf8)
        let encrypted = try encrypt(message)
        let other = [16 of UInt8](repeating: 9)
        #expect(try aes.decrypt(encrypted.span, key: other, initializationVector: initial) != message)
        #expect(try aes.decrypt(encrypted.span, key: key, initializationVector: other) != message)
    }

    @Test(arguments: [0, 1, 15, 17, 32]) func `a key is sixteen bytes`(count: Int) {
        #expect(AESCBC.block(Array(repeating: 1, count: count)) == nil)
    }
}
