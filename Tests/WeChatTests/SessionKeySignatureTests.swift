import Testing
import WeChat

@Suite struct SessionKeySignatureTests {
    @Test(arguments: [
        // WeChat's own example.
        (
            "o0q0otL8aEzpcZL/FT9WsQ==", #"{"foo":"bar"}"#,
            "654571f79995b2ce1e149e53c0a33dc39c0a74090db514261454e8dbe432aa0b"
        ),
        ("o0q0otL8aEzpcZL/FT9WsQ==", "", "46e043c5525c2d817c44be603d30837a808a1d930d038f6fdc3e62a201fed128"),
        ("tiihtNczf5v6AKRyjwEUhQ==", "", "7154f9f8b4b76b92f541cbf0e37d48840fa06e5e42da92a6f80168a1516a4735"),
    ])
    func `the key is the text of the session_key`(key: String, message: String, expected: String) throws {
        let key = try #require(SessionKey(key))
        #expect(try SessionKeySignature.make(sessionKey: key, message: Array(message.utf8)) == expected)
    }
}
