import Testing

@testable import wxgate

@Suite struct KeyLinesTests {
    static let key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

    @Test(
        arguments: [
            ("", "no key"),
            ("\n\n", "no key"),
            ("not base64!", "line 1 is not base64"),
            ("\(key) \n", "line 1 is not base64"),
            ("\(key.dropLast())\n", "line 1 is not base64"),
            ("\(key)\n\nMDEyMw==\n", "line 3 has 4 bytes, not 32 to 1024"),
            ("\(key)\n\(key)", "line 2 repeats a key"),
            (String(repeating: "AAAA", count: 342), "line 1 has 1026 bytes, not 32 to 1024"),
        ]
    )
    func `a wrong text is told by its line and never by its content`(_ text: String, _ fault: String) {
        #expect(throws: SettingFault(fault)) { try KeyLines.parse(text, bytes: 32...1024) }
    }

    @Test func `a length that is fixed is told as one number`() {
        #expect(throws: SettingFault("line 1 has 3 bytes, not 32")) { try KeyLines.parse("AAAA", bytes: 32...32) }
    }

    @Test func `a file of Windows lines is fine`() throws {
        #expect(
            try KeyLines.parse("\(Self.key)\r\n", bytes: 32...32) == [Array("01234567890123456789012345678901".utf8)]
        )
    }

    @Test func `more keys than anybody rotates are refused`() {
        let lines = (0..<17).map { String(repeating: "AAAA", count: 11 + $0) }
        #expect(throws: SettingFault("17 keys, more than 16")) {
            try KeyLines.parse(lines.joined(separator: "\n"), bytes: 32...1024)
        }
    }

    @Test func `a secret cannot be printed`() {
        let secret = SecretText("recognisable")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect("\(secret)" == "****")
        #expect(String(reflecting: secret) == "****")
        #expect(!dumped.contains("recognisable"))
    }
}
