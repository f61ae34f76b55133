import OpenSSL
import Testing

@Suite struct SHA256Tests {
    // NIST, SHA-256 examples.
    @Test(
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ]
    )
    func `hashes as NIST says, again and again`(text: String, digest: String) throws {
        let sha256 = try SHA256()
        let message = Array(text.utf8)
        for _ in 0..<3 {
            let found = try sha256.digest(of: message.span)
            #expect(Hex.encode(found.span) == digest)
        }
    }

    @Test func `agrees with the one-shot digest around the block's size`() throws {
        let sha256 = try SHA256()
        for count in 0...260 {
            let message = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
            let kept = try sha256.digest(of: message.span)
            let oneShot = try Digest.sha256(message.span)
            #expect(Hex.encode(kept.span) == Hex.encode(oneShot.span))
        }
    }
}
