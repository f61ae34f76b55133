import Foundation
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
            ("\(key)\n\nMDEyMw==\n", "line 3 has 4 bytes, not 32"),
            ("\(key)\n\(key)", "line 2 repeats a key"),
            (String(repeating: "AAAA", count: 342), "line 1 has 1026 bytes, not 32"),
        ]
    )
    func `a wrong text is told by its line and never by its content`(_ text: String, _ fault: String) {
        #expect(throws: SettingFault(fault)) { try KeyLines.parse(text, byteCount: 32) }
    }

    @Test func `a file of Windows lines is fine`() throws {
        #expect(
            try KeyLines.parse("\(Self.key)\r\n", byteCount: 32) == [Array("01234567890123456789012345678901".utf8)]
        )
    }

    @Test func `more keys than anybody rotates are refused`() {
        let lines = (0..<17).map { key in Data(repeating: UInt8(key), count: 32).base64EncodedString() }
        #expect(throws: SettingFault("17 keys, more than 16")) {
            try KeyLines.parse(lines.joined(separator: "\n"), byteCount: 32)
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
