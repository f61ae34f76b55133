import Gateway
import OpenSSL
import Testing

@Suite struct SigningKeyFileTests {
    static let line = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

    @Test(
        arguments: [
            ("", "the file holds no key"),
            ("\n\n", "the file holds no key"),
            ("not base64!", "line 1 of the file is not base64"),
            ("\(line) \n", "line 1 of the file is not base64"),
            ("\(line.dropLast())\n", "line 1 of the file is not base64"),
            ("\(line)\n\nMDEyMw==\n", "line 3 of the file has 4 bytes, not 32 to 1024"),
            ("\(line)\n\(line)", "line 2 of the file repeats a key"),
            (String(repeating: "AAAA", count: 342), "line 1 of the file has 1026 bytes, not 32 to 1024"),
            (KeySamples.p256, "line 1 of the file is PEM, but keys of HS256 are lines of base64"),
        ]
    )
    func `a wrong file of lines is told by its line and never by its content`(text: String, fault: String) {
        let error = #expect(throws: SigningKeyError.self) { _ = try SigningKey.read(keyFile: text, algorithm: .hs256) }
        #expect(error.map(String.init(describing:)) == fault)
    }

    @Test(
        arguments: [
            ("", .es256, "the file holds no key"),
            (line, .es256, "the file holds no key"),
            (KeySamples.p256Public, .es256, "block 1 of the file is no private key but PUBLIC KEY"),
            (KeySamples.certificate, .es256, "block 1 of the file is no private key but CERTIFICATE"),
            (
                KeySamples.p256 + "\n" + KeySamples.encrypted, .es256,
                "block 2 of the file is encrypted, and there is nobody to ask for its password"
            ),
            (KeySamples.p256 + "\n" + KeySamples.p256SEC1, .es256, "block 3 of the file repeats a key"),
            (
                KeySamples.p384, .es256,
                "block 1 of the file is a key of EC secp384r1, but ES256 signs with P-256"
            ),
            (
                KeySamples.ed25519, .es256,
                "block 1 of the file is a key of ED25519, but ES256 signs with P-256"
            ),
            (
                KeySamples.ed25519 + "\n" + KeySamples.p256, .edDSA,
                "block 2 of the file is a key of EC prime256v1, but EdDSA signs with Ed25519"
            ),
            (
                String(KeySamples.p256.dropLast(4)), .es256,
                "block 1 of the file is not whole PEM: no matching END line, or lines that are not base64"
            ),
            (
                "-----BEGIN PRIVATE KEY-----\n\(line)\n-----END PRIVATE KEY-----", .edDSA,
                "block 1 of the file is no private key that can be read"
            ),
        ] as [(String, TokenAlgorithm, String)]
    )
    func `a wrong file of blocks is told by its block and never by its content`(
        text: String,
        algorithm: TokenAlgorithm,
        fault: String
    ) {
        let error = #expect(throws: SigningKeyError.self) {
            _ = try SigningKey.read(keyFile: text, algorithm: algorithm)
        }
        #expect(error.map(String.init(describing:)) == fault)
    }

    @Test(arguments: TokenAlgorithm.allCases) func `a generated key is read from the text of its file`(
        algorithm: TokenAlgorithm
    ) throws {
        let key = try SigningKey.generate(algorithm)
        let text = try key.keyFileText()
        #expect(text.hasSuffix("\n"))
        let read = try SigningKey.read(keyFile: text, algorithm: algorithm)
        try #require(read.count == 1)
        #expect(read[0].kid == key.kid && read[0].algorithm == algorithm && read[0].publicKey == key.publicKey)
        let token = try TokenSigner(key: key).sign(TokenSamples.claims)
        let verifier = try TokenVerifier(keys: read)
        #expect(try verifier.verify(token, now: TokenSamples.issuedAt) == .valid(TokenSamples.claims))
        #expect(try SigningKey.generate(algorithm).kid != key.kid)
    }

    @Test(arguments: TokenAlgorithm.allCases) func `several keys stay in order, up to sixteen`(
        algorithm: TokenAlgorithm
    ) throws {
        let keys = try (0..<17).map { _ in try SigningKey.generate(algorithm) }
        let texts = try keys.map { try $0.keyFileText() }
        for separator in ["", "\n", "\r\n\r\n"] {
            let read = try SigningKey.read(keyFile: texts.prefix(16).joined(separator: separator), algorithm: algorithm)
            #expect(read.map(\.kid) == keys.prefix(16).map(\.kid))
        }
        #expect(throws: SigningKeyError.tooMany(count: 17)) {
            _ = try SigningKey.read(keyFile: texts.joined(), algorithm: algorithm)
        }
    }

    @Test func `a file of Windows lines is fine`() throws {
        #expect(try SigningKey.read(keyFile: "\(Self.line)\r\n", algorithm: .hs256).count == 1)
        let pem = KeySamples.p256SEC1.replacing("\n", with: "\r\n")
        #expect(try SigningKey.read(keyFile: pem, algorithm: .es256).count == 1)
    }

    @Test func `the same key is the same in PKCS#8 and in SEC 1 behind its parameters`() throws {
        let sec1 = try SigningKey(pem: KeySamples.p256SEC1, algorithm: .es256)
        #expect(try sec1.kid == KeySamples.key(.es256).kid)
        #expect(try sec1.keyFileText() == KeySamples.p256 + "\n")
    }

    @Test func `one PEM text is one key`() throws {
        let other = try SigningKey.generate(.es256).keyFileText()
        #expect(throws: SigningKeyError.tooMany(count: 2)) {
            _ = try SigningKey(pem: other + KeySamples.p256, algorithm: .es256)
        }
        #expect(throws: SigningKeyError.noBlock) { _ = try SigningKey(pem: "", algorithm: .es256) }
        #expect(throws: SigningKeyError.pemForHS256) { _ = try SigningKey(pem: KeySamples.p256, algorithm: .hs256) }
    }
}
