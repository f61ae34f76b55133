import HTTP
import Testing

struct HeadersTests {
    private func parsed(_ fields: String) -> Headers {
        var parser = RequestParser()
        let text = "GET / HTTP/1.0\r\n" + fields + "\r\n"
        guard case .request(let request) = parser.parse(Array(text.utf8).span).event else {
            Issue.record("not a request")
            return [:]
        }
        return request.head.headers
    }

    @Test func `names compare without case, values keep theirs`() {
        let headers = parsed("Content-Type: Text/JSON\r\nX-A: b\r\n")
        #expect(headers.first("content-type") == "Text/JSON")
        #expect(headers.first("CONTENT-TYPE") == "Text/JSON")
        #expect(headers.first("content-typ") == nil)
        #expect(headers.first("content_type") == nil)
        #expect(headers.contains("x-a"))
        #expect(!headers.contains("x-b"))
        #expect(!headers.contains(""))
    }

    @Test func `only letters have case`() {
        // Differ by 0x20 alone, as letters of two cases do.
        let headers = parsed("X^Y: a\r\n")
        #expect(headers.first("x~y") == nil)
        #expect(headers.first("x^y") == "a")
    }

    @Test func `repeated fields keep their order`() {
        let headers = parsed("X-A: 1\r\nX-B: 2\r\nx-a: 3\r\n")
        #expect(headers.first("x-a") == "1")
        #expect(headers.all("x-a") == ["1", "3"])
        #expect(headers.all("x-c").isEmpty)
        #expect(headers.count == 3)
        #expect(FieldList.of(headers) == [["X-A", "1"], ["X-B", "2"], ["x-a", "3"]])
    }

    @Test func `whitespace around a value is no part of it`() {
        #expect(parsed("A: \t b \t c \t \r\n").first("a") == "b \t c")
        #expect(parsed("A:\r\n").first("a")?.isEmpty == true)
        #expect(parsed("A: \t\r\n").first("a")?.isEmpty == true)
    }

    @Test func `bytes that are not UTF-8 are repaired in text and kept as bytes`() {
        var parser = RequestParser()
        let bytes = Array("GET / HTTP/1.0\r\nA: caf".utf8) + [0xE9] + Array("\r\n\r\n".utf8)
        guard case .request(let request) = parser.parse(bytes.span).event else {
            Issue.record("not a request")
            return
        }
        #expect(request.head.headers.first("a") == "caf\u{FFFD}")
        #expect(request.head.headers.firstBytes("a") == Array("caf".utf8) + [0xE9])
        #expect(request.head.headers.firstBytes("b") == nil)
    }

    @Test func `fields written by code read like parsed ones`() {
        var headers: Headers = ["Host": "a", "X-A": "1", "x-a": "2"]
        headers.append("X-A", "3")
        #expect(headers.all("X-a") == ["1", "2", "3"])
        #expect(!headers.isEmpty)
        #expect(Headers().isEmpty)
    }

    @Test func `a head written by code obeys the parser's rules`() throws {
        let head = try #require(RequestHead(method: .get, target: "/a?b=c", headers: ["Host": "a"]))
        #expect(head.path == "/a")
        #expect(head.query == "b=c")
        #expect(head.headers.first("host") == "a")
        for target in ["", "a", "*", "/a b", "/a#b", "/\r\n", "/é", "ftp://a/"] {
            #expect(RequestHead(method: .get, target: target) == nil, "\(target)")
        }
        #expect(RequestHead(method: .options, target: "*")?.path == "*")
    }

    @Test func `a method is a token`() {
        #expect(Method(rawValue: "PURGE")?.rawValue == "PURGE")
        #expect(Method(rawValue: "get") != .get)
        for text in ["", "A B", "A\r\n", "A:", "É"] { #expect(Method(rawValue: text) == nil) }
    }
}
