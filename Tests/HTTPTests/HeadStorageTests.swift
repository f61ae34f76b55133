import Testing

@testable import HTTP

/// Heads share their bytes, and a parser uses the memory again: no reader may see the next request.
@Suite struct HeadStorageTests {
    private func head(_ text: String, by parser: inout RequestParser) -> RequestHead? {
        let bytes = Array(text.utf8)
        guard case .request(let request) = parser.parse(bytes.span).event else { return nil }
        return request.head
    }

    @Test func `a head that is kept does not change when the parser goes on`() throws {
        var parser = RequestParser()
        var kept: [RequestHead] = []
        for number in 0..<5 {
            // Of a different size each, so that a shared block would show.
            let value = String(repeating: "v\(number)", count: number * 200 + 1)
            let text = "BREW\(number) /path/\(number)?q\(number) HTTP/1.1\r\nHost: h\(number)\r\nX: \(value)\r\n\r\n"
            kept.append(try #require(head(text, by: &parser)))
        }
        for (number, head) in kept.enumerated() {
            #expect(head.method.rawValue == "BREW\(number)" && head.path == "/path/\(number)")
            #expect(head.query == "q\(number)" && head.headers.first("host") == "h\(number)")
            #expect(head.headers.first("x")?.utf8.count == 2 * (number * 200 + 1))
        }
    }

    @Test func `fields taken from a head outlive it, and adding to them leaves the head alone`() throws {
        var parser = RequestParser()
        var fields: Headers = [:]
        do {
            let first = try #require(head("GET / HTTP/1.1\r\nHost: first\r\n\r\n", by: &parser))
            fields = first.headers
            fields.append("X-Added", "1")
            #expect(first.headers.count == 1 && fields.count == 2)
        }
        let second = try #require(head("GET / HTTP/1.1\r\nHost: second\r\n\r\n", by: &parser))
        #expect(fields.first("HOST") == "first" && fields.first("x-added") == "1")
        #expect(second.headers.first("host") == "second")
    }

    @Test func `the empty set of fields stays empty when one is added to a copy`() {
        var one = Headers()
        one.append("A", "1")
        #expect(Headers().isEmpty && one.all("a") == ["1"])
    }

    @Test(arguments: [
        ("http://x.example", "/", nil), ("http://x.example?q", "/", "q"), ("http://x.example/a?", "/a", ""),
        ("/a?b?c", "/a", "b?c"), ("//", "//", nil),
    ]) func `path and query are parts of the target, or the root`(target: String, path: String, query: String?) throws {
        var parser = RequestParser()
        let parsed = try #require(head("GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n", by: &parser))
        let written = try #require(RequestHead(method: .get, target: target, headers: ["Host": "x"]))
        for head in [parsed, written] {
            #expect(head.target == target && head.path == path && head.query == query)
            #expect(head.withPathBytes { bytes in bytes.string(0..<bytes.count) } == path)
            #expect(head.headers.first("host") == "x" && head.method == .get)
        }
    }

    @Test(arguments: Method.registered)
    func `a registered method is told by its bytes, another one is not taken for it`(
        method: Method
    ) {
        #expect(Method(rawValue: method.rawValue) == method && method.index > 0)
        let other = Method(rawValue: method.rawValue.lowercased())
        #expect(other?.index == 0 && other != method && other?.rawValue == method.rawValue.lowercased())
        #expect(Method(rawValue: method.rawValue + "X")?.index == 0)
    }
}
