import Gateway
import OpenSSL
import Testing

@Suite struct SigningKeyTests {
    @Test func `the kid is the start of the HMAC of the word kid`() throws {
        // python3 -c 'import hmac; print(hmac.new(bytes(range(32)), b"kid", "sha256").hexdigest()[:16])'
        #expect(try SigningKey(Array(0..<32)).kid == "933007a5314c9534")
        #expect(try TokenSamples.key(1).kid != TokenSamples.key(2).kid)
    }

    @Test(arguments: [0, 1, 16, 31]) func `fewer than 32 bytes are no key`(count: Int) {
        #expect(throws: SigningKeyError.tooShort(byteCount: count)) {
            _ = try SigningKey(Array(repeating: 1, count: count))
        }
    }

    @Test func `neither key nor token prints`() throws {
        let key = try SigningKey(Array(repeating: 77, count: 32))
        let token = try TokenSigner(key: key).sign(TokenSamples.claims)
        var text = "\(key) \([key]) \(token) \(String(reflecting: token)) "
        dump(key, to: &text)
        dump(token, to: &text)
        #expect(!text.contains("77") && !text.contains(key.kid) && !text.contains("eyJ"))
    }
}
