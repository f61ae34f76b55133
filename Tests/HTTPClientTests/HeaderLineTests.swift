import Testing

@testable import HTTPClient

@Suite struct HeaderLineTests {
    @Test(arguments: ["X-Key", "accept", "content-type", "x!#$%&'*+-.^_`|~9"])
    func `tokens are names`(name: String) {
        #expect(HeaderLine.isAllowed(name: name, value: "v"))
    }

    @Test(arguments: ["", "X Key", "X:", "X\r\nY", "Ä", "Host", "CONTENT-LENGTH", "Transfer-Encoding", "expect"])
    func `other names and the client's own fields are not`(name: String) {
        #expect(!HeaderLine.isAllowed(name: name, value: "v"))
    }

    @Test(arguments: ["a\r\nX: y", "a\nb", "a\u{0}b", "a\u{7F}"])
    func `a value cannot begin another line`(value: String) {
        #expect(!HeaderLine.isAllowed(name: "X-Key", value: value))
    }

    @Test func `an empty value is written so that libcurl sends the field`() {
        #expect(HeaderLine.text(name: "X-Key", value: "v") == "X-Key: v")
        #expect(HeaderLine.text(name: "X-Key", value: " ") == "X-Key;")
    }
}
