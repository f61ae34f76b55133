import Testing

@testable import wxgate

@Suite struct TokenKeyTests {
    static let key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

    @Test(
        arguments: [
            ("", "the file holds no key"),
            ("\n\n", "the file holds no key"),
            ("not base64!", "line 1 of the file is not base64"),
            ("\(key) \n", "line 1 of the file is not base64"),
            ("\(key)\n\nMDEyMw==\n", "line 3 of the file has 4 bytes, not 32 to 1024"),
            ("\(key)\n\(key)", "line 2 of the file repeats a key"),
            (String(repeating: "AAAA", count: 342), "line 1 of the file has 1026 bytes, not 32 to 1024"),
        ]
    )
    func `a wrong key file is told by its line and never by its content`(_ text: String, _ fault: String) {
        #expect(throws: SettingFault(fault)) { try TokenKey.parseLines(text) }
    }

    @Test func `a file of Windows lines is fine`() throws {
        #expect(try TokenKey.parseLines("\(Self.key)\r\n").count == 1)
    }

    @Test func `more keys than anybody rotates are refused`() {
        let lines = (0..<17).map { String(repeating: "AAAA", count: 11 + $0) }
        #expect(throws: SettingFault("the file holds 17 keys, more than 16")) {
            try TokenKey.parseLines(lines.joined(separator: "\n"))
        }
    }

    @Test func `a key and a secret cannot be printed`() throws {
        let key = try #require(try TokenKey.parseLines(Self.key).first)
        let secret = SecretText("recognisable")
        var dumped = ""
        dump(key, to: &dumped)
        dump(secret, to: &dumped)
        #expect("\(key) \(secret)" == "**** ****")
        #expect(String(reflecting: [key]) == "[****]")
        #expect(String(reflecting: secret) == "****")
        #expect(!dumped.contains("recognisable"))
        #expect(!dumped.contains("48"))
    }
}
