import OpenSSL
import Testing

@Suite struct DigestTests {
    // FIPS 180-4 examples and the usual two edges: nothing, and a million letters.
    static let longMessage = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"

    @Test(arguments: [
        ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (longMessage, "84983e441c3bd26ebaae4aa1f95129e5e54670f1"),
        (String(repeating: "a", count: 1_000_000), "34aa973cd4c4daa4f61eeb2bdbad27316534016f"),
    ])
    func `SHA-1 gives the published digests`(message: String, digest: String) throws {
        let message = Array(message.utf8)
        let actual = try Digest.sha1(message.span)
        #expect(Hex.encode(actual.span) == digest)
    }

    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (longMessage, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
        (
            String(repeating: "a", count: 1_000_000),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        ),
    ])
    func `SHA-256 gives the published digests`(message: String, digest: String) throws {
        let message = Array(message.utf8)
        let actual = try Digest.sha256(message.span)
        #expect(Hex.encode(actual.span) == digest)
    }

    @Test func `two parts hash as their concatenation, wherever they are cut`() throws {
        let message = Array("the raw data and then the key".utf8)
        let whole = try Digest.sha1(message.span)
        for cut in 0...message.count {
            let first = Array(message[..<cut])
            let second = Array(message[cut...])
            #expect(try Digest.sha1(first.span, second.span) == whole)
        }
    }
}
