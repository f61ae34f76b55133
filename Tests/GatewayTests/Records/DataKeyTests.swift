import Gateway
import Testing

@Suite struct DataKeyTests {
    @Test func `the id is the start of the HMAC of the word kid`() throws {
        // python3 -c 'import hmac; print(hmac.new(bytes(range(32)), b"kid", "sha256").hexdigest()[:16])'
        #expect(try DataKey(Array(0..<32)).id == 0x9330_07a5_314c_9534)
    }

    @Test(arguments: [0, 16, 31, 33, 64]) func `a key is 32 bytes`(count: Int) {
        #expect(throws: DataKeyError.wrongLength(byteCount: count)) {
            _ = try DataKey(Array(repeating: 1, count: count))
        }
    }

    @Test func `generated keys differ`() throws {
        #expect(try DataKey.generate().id != DataKey.generate().id)
    }

    @Test func `a key does not print`() throws {
        let key = try DataKey(Array(repeating: 77, count: 32))
        var text = "\(key) \([key]) \(String(reflecting: key)) "
        dump(key, to: &text)
        #expect(!text.contains("77"))
    }
}
