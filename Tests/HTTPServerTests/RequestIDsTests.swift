import HTTP
import Testing

@testable import HTTPServer

@Suite struct RequestIDsTests {
    @Test(arguments: ["a", "Z", "0", "._-", "0af7651916cd43dd-8448", String(repeating: "x", count: 128)])
    func `a well-formed id of the client is kept`(id: String) {
        var ids = RequestIDs()
        #expect(ids.id(for: ["X-Request-Id": id]).text == id)
    }

    @Test(arguments: [
        "", " ", "a b", "a/b", "a\"b", "ü", "a\r\nb", "a\u{0}", "{}", "a:b", String(repeating: "x", count: 129),
    ]) func `an ill-formed id is replaced`(id: String) {
        var ids = RequestIDs()
        let made = ids.id(for: ["x-request-id": id]).text
        #expect(made != id)
        #expect(RequestIDs.isWellFormed(made))
    }

    @Test func `without fields or without the field an id is made`() {
        var ids = RequestIDs()
        let made = [ids.id(for: nil), ids.id(for: Headers()), ids.id(for: ["Host": "x"])].map(\.text)
        #expect(made.allSatisfy { RequestIDs.isWellFormed($0) && $0.utf8.count == 13 })
        #expect(Set(made).count == 3)
    }

    @Test func `an id is written as it reads`() {
        var ids = RequestIDs()
        for id in [ids.id(for: nil), RequestID(given: "a-1")] {
            let output = OutputBuffer(capacity: 1)
            id.appendField(to: output)
            let written = output.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
            #expect(written == "X-Request-Id: \(id.text)\r\n")
        }
    }

    @Test func `made ids never repeat, nor those of two loops`() {
        var one = RequestIDs()
        var other = RequestIDs()
        var seen: Set<String> = []
        for _ in 0..<20_000 {
            seen.insert(one.id(for: nil).text)
            seen.insert(other.id(for: nil).text)
        }
        #expect(seen.count == 40_000)
    }
}
