import OpenSSL
import Testing

@Suite struct EllipticKeyTests {
    @Test func `the keys of the RFCs have the public halves of the RFCs`() throws {
        func bytes(_ text: String) throws -> [UInt8] {
            let decoded = Base64.decodeURLSafe(text.utf8Span.span)
            return try #require(decoded)
        }
        // RFC 7515 appendix A.3.1 and RFC 8037 appendix A.1.
        let x = try bytes("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU")
        let y = try bytes("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")
        #expect(try EllipticSamples.key(.p256).publicKey == .p256(x: x, y: y))
        let point = try bytes("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
        #expect(try EllipticSamples.key(.ed25519).publicKey == .ed25519(x: point))
    }

    @Test(arguments: EllipticCurve.allCases) func `a generated key survives its PEM text, and each is another`(
        curve: EllipticCurve
    ) throws {
        let key = try EllipticKey(generatedOn: curve)
        let text = try key.pem().text
        #expect(text.hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
        let blocks = try PEMBlock.read(text)
        try #require(blocks.count == 1)
        let read = try EllipticKey(blocks[0], curve: curve)
        #expect(read.publicKey == key.publicKey)
        #expect(read.curve == curve)
        #expect(try EllipticKey(generatedOn: curve).publicKey != key.publicKey)
    }

    @Test func `coordinates with leading zeros keep their 32 bytes`() throws {
        // One of 128 keys has one in x or y.
        for _ in 0..<1500 {
            guard case .p256(let x, let y) = try EllipticKey(generatedOn: .p256).publicKey else { continue }
            #expect(x.count == 32 && y.count == 32)
        }
    }

    @Test(arguments: EllipticSamples.otherKeys.indices) func `a key of another curve or algorithm is named and refused`(
        index: Int
    ) throws {
        let (name, pem) = EllipticSamples.otherKeys[index]
        let block = try #require(try PEMBlock.read(pem).first)
        for curve in EllipticCurve.allCases {
            #expect(throws: EllipticKeyError.otherKey(name: name)) { _ = try EllipticKey(block, curve: curve) }
        }
    }

    @Test func `a key of one curve is none of the other`() throws {
        let p256 = try EllipticSamples.block("EC PRIVATE KEY", EllipticSamples.p256)
        #expect(throws: EllipticKeyError.otherKey(name: "EC prime256v1")) {
            _ = try EllipticKey(p256, curve: .ed25519)
        }
        let ed25519 = try EllipticSamples.block("PRIVATE KEY", EllipticSamples.ed25519)
        #expect(throws: EllipticKeyError.otherKey(name: "ED25519")) { _ = try EllipticKey(ed25519, curve: .p256) }
    }

    @Test(arguments: ["PUBLIC KEY", "CERTIFICATE", "RSA PRIVATE KEY", "EC PARAMETERS", ""])
    func `a block of another label is refused by its label`(label: String) throws {
        let block = try EllipticSamples.block(label, EllipticSamples.ed25519)
        #expect(throws: EllipticKeyError.otherBlock(label: label)) { _ = try EllipticKey(block, curve: .ed25519) }
    }

    @Test func `an encrypted key is refused`() throws {
        let block = try EllipticSamples.block("ENCRYPTED PRIVATE KEY", EllipticSamples.ed25519)
        #expect(throws: EllipticKeyError.encrypted) { _ = try EllipticKey(block, curve: .ed25519) }
    }

    @Test(arguments: EllipticCurve.allCases) func `a block that was cut or has more bytes is malformed`(
        curve: EllipticCurve
    ) throws {
        let bytes = try EllipticSamples.key(curve).pem().bytes
        for count in bytes.indices {
            let block = PEMBlock(label: "PRIVATE KEY", bytes: Array(bytes[..<count]))
            #expect(throws: EllipticKeyError.malformed) { _ = try EllipticKey(block, curve: curve) }
        }
        let block = PEMBlock(label: "PRIVATE KEY", bytes: bytes + [0])
        #expect(throws: EllipticKeyError.malformed) { _ = try EllipticKey(block, curve: curve) }
    }

    @Test func `halves that do not belong together are malformed`() throws {
        // The last byte of the private number differs; the point is the old one.
        let changed = EllipticSamples.p256.replacing("84f4b2a00a", with: "84f4b3a00a")
        let block = try EllipticSamples.block("EC PRIVATE KEY", changed)
        #expect(throws: EllipticKeyError.malformed) { _ = try EllipticKey(block, curve: .p256) }
    }

    @Test func `neither a key nor its block prints`() throws {
        let key = try EllipticSamples.key(.ed25519)
        let block = try key.pem()
        var text = "\(key) \(block) \(String(reflecting: [key])) \(String(reflecting: block)) "
        dump(key, to: &text)
        dump(block, to: &text)
        #expect(!text.contains("157") && !text.contains("publicKey") && !text.contains("PRIVATE"))
    }
}
