import OpenSSL
import Testing

@Suite struct AESGCMTests {
    struct Vector: Sendable {
        let key, nonce, plaintext, associatedData, sealed: String
    }

    // McGrew and Viega, "The Galois/Counter Mode of Operation (GCM)", appendix B, test cases 13 to 16 (AES-256).
    static let vectors = [
        Vector(
            key: String(repeating: "0", count: 64),
            nonce: String(repeating: "0", count: 24),
            plaintext: "",
            associatedData: "",
            sealed: "530f8afbc74536b9a963b4f1c4cb738b"
        ),
        Vector(
            key: String(repeating: "0", count: 64),
            nonce: String(repeating: "0", count: 24),
            plaintext: String(repeating: "0", count: 32),
            associatedData: "",
            sealed: "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"
        ),
        Vector(
            key: "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
            nonce: "cafebabefacedbaddecaf888",
            plaintext: """
                d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\
                1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255
                """,
            associatedData: "",
            sealed: """
                522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa\
                8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad\
                b094dac5d93471bdec1a502270e3cc6c
                """
        ),
        Vector(
            key: "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
            nonce: "cafebabefacedbaddecaf888",
            plaintext: """
                d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\
                1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39
                """,
            associatedData: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            sealed: """
                522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa\
                8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662\
                76fc6ece0f4e1768cddf8853bb2d551b
                """
        ),
    ]

    let aes: AESGCM

    init() throws { aes = try AESGCM() }

    private func bytes(_ hex: String) throws -> [UInt8] { try #require(Hex.decode(hex)) }

    private func key(_ vector: Vector) throws -> [32 of UInt8] {
        let bytes = try bytes(vector.key)
        return [32 of UInt8] { bytes[$0] }
    }

    private func nonce(_ vector: Vector) throws -> [12 of UInt8] {
        let bytes = try bytes(vector.nonce)
        return [12 of UInt8] { bytes[$0] }
    }

    private func open(_ sealed: [UInt8], _ vector: Vector, associatedData: [UInt8]? = nil) throws -> [UInt8]? {
        let associatedData = try associatedData ?? bytes(vector.associatedData)
        return try aes.open(
            sealed.span,
            key: key(vector),
            nonce: nonce(vector),
            associatedData: associatedData.span
        )
    }

    @Test(arguments: vectors) func `seals and opens as the algorithm's authors say`(
        vector: Vector
    ) throws {
        let (plaintext, associatedData) = (try bytes(vector.plaintext), try bytes(vector.associatedData))
        for _ in 0..<2 {
            var sealed = [UInt8](repeating: 0, count: plaintext.count + AESGCM.tagByteCount)
            var room = sealed.mutableSpan
            try aes.seal(
                plaintext.span,
                key: key(vector),
                nonce: nonce(vector),
                associatedData: associatedData.span,
                into: &room
            )
            #expect(Hex.encode(sealed.span) == vector.sealed)
            #expect(try open(sealed, vector) == plaintext)
        }
    }

    @Test(arguments: vectors) func `no changed bit and no cut opens, and the next message still does`(
        vector: Vector
    ) throws {
        let sealed = try bytes(vector.sealed)
        let plaintext = try bytes(vector.plaintext)
        for index in sealed.indices {
            for bit in 0..<8 {
                var changed = sealed
                changed[index] ^= 1 << bit
                #expect(try open(changed, vector) == nil)
            }
            #expect(try open(Array(sealed[..<index]), vector) == nil)
            #expect(try open(Array(sealed[(index + 1)...]), vector) == nil)
            #expect(try open(sealed, vector) == plaintext)
        }
        #expect(try open(sealed + [0], vector) == nil)
    }

    @Test func `another key, nonce or associated data opens nothing`() throws {
        let vector = Self.vectors[3]
        let sealed = try bytes(vector.sealed)
        let associatedData = try bytes(vector.associatedData)
        for index in 0..<32 {
            var key = try key(vector)
            key[index] ^= 1
            #expect(
                try aes.open(sealed.span, key: key, nonce: nonce(vector), associatedData: associatedData.span) == nil
            )
        }
        for index in 0..<12 {
            var nonce = try nonce(vector)
            nonce[index] ^= 1
            #expect(
                try aes.open(sealed.span, key: key(vector), nonce: nonce, associatedData: associatedData.span) == nil
            )
        }
        for index in associatedData.indices {
            var changed = associatedData
            changed[index] ^= 1
            #expect(try open(sealed, vector, associatedData: changed) == nil)
            #expect(try open(sealed, vector, associatedData: Array(associatedData[..<index])) == nil)
        }
    }
}
