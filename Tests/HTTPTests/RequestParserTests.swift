import HTTP
import Testing

struct RequestParserTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private func failure(_ text: String, _ change: (inout HTTPLimits) -> Void = { _ in }) -> RequestParseError? {
        var limits = HTTPLimits()
        change(&limits)
        let whole = RequestFeed.whole(bytes(text), limits: limits)
        #expect(RequestFeed.byteByByte(bytes(text), limits: limits).outcomes == whole)
        if case .failed(let error, _) = whole.last { return error }
        return nil
    }

    /// How many bytes of `text` it takes until it is refused.
    private func bytesUntilFailure(_ text: String) -> Int? {
        var parser = RequestParser()
        let bytes = bytes(text)
        for index in bytes.indices {
            let piece = bytes[index...index]
            if case .failed = parser.parse(piece.span).event { return index + 1 }
        }
        return nil
    }

    @Test func `garbage is refused at its first wrong byte`() {
        #expect(bytesUntilFailure("\u{16}\u{3}\u{1}\u{2}") == 1)
        #expect(bytesUntilFailure("GET / HTTPS") == 11)
        #expect(bytesUntilFailure("GET / HTTP/1.1\r\nHost: a\r\nbroken line\r\n") == 32)
        #expect(bytesUntilFailure("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\nHost") == 55)
        #expect(bytesUntilFailure("GET /a#") == 7)
        #expect(bytesUntilFailure("GET a HTTP/1.1\r\n\r\n") == 16)
    }

    @Test func `the head may be exactly as large as its limit`() {
        let text = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        #expect(failure(text) { $0.headBytesMax = text.utf8.count } == nil)
        #expect(failure(text) { $0.headBytesMax = text.utf8.count - 1 } == .headersTooLarge)
        #expect(failure(text) { $0.headBytesMax = 3 } == .headersTooLarge)
    }

    @Test func `a head over its limit is refused before it ends`() {
        var parser = RequestParser()
        let line = bytes("GET / HTTP/1.1\r\nX: ")
        _ = parser.parse(line.span)
        let (consumed, event) = parser.parse([UInt8](repeating: 97, count: 16_384).span)
        #expect(consumed == 16_384)
        guard case .failed(.headersTooLarge, nil) = event else {
            Issue.record("\(event)")
            return
        }
    }

    @Test func `the body may be exactly as large as its limit`() {
        let head = "POST / HTTP/1.1\r\nHost: a\r\n"
        #expect(failure(head + "Content-Length: 4\r\n\r\nabcd") { $0.bodyBytesMax = 4 } == nil)
        #expect(failure(head + "Content-Length: 5\r\n\r\n") { $0.bodyBytesMax = 4 } == .bodyTooLarge)
        let chunked = head + "Transfer-Encoding: chunked\r\n\r\n"
        #expect(failure(chunked + "2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n") { $0.bodyBytesMax = 4 } == nil)
        #expect(failure(chunked + "2\r\nab\r\n3") { $0.bodyBytesMax = 4 } == .bodyTooLarge)
        #expect(failure(chunked + "1") { $0.bodyBytesMax = 0 } == .bodyTooLarge)
        #expect(failure(chunked + "FFFFFFFFFFFFFFFFF") { $0.bodyBytesMax = .max } == .bodyTooLarge)
        #expect(
            failure(head + "Content-Length: 18446744073709551615\r\n\r\n") { $0.bodyBytesMax = .max } == .bodyTooLarge
        )
    }

    @Test func `a body over its limit is refused with the head at hand and before any of it came`() {
        var parser = RequestParser()
        let text = bytes("POST /big HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 65537\r\n\r\n")
        guard case .failed(.bodyTooLarge, let head?) = parser.parse(text.span).event else {
            Issue.record("not refused")
            return
        }
        #expect(head.path == "/big")
    }

    @Test func `the numbers of fields, blank lines, extension and trailer bytes have limits`() {
        let head = "GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n\r\n"
        #expect(failure(head) { $0.headerCountMax = 2 } == nil)
        #expect(failure(head) { $0.headerCountMax = 1 } == .headersTooLarge)
        #expect(failure("\r\n" + head) { $0.leadingBlankLinesMax = 1 } == nil)
        #expect(failure("\r\n" + head) { $0.leadingBlankLinesMax = 0 } == .malformedRequestLine)
        let chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0;ab\r\nC: d\r\n\r\n"
        #expect(failure(chunked) { $0.chunkExtensionBytesMax = 3 } == nil)
        #expect(failure(chunked) { $0.chunkExtensionBytesMax = 2 } == .malformedChunk)
        #expect(failure(chunked) { $0.trailerBytesMax = 6 } == nil)
        #expect(failure(chunked) { $0.trailerBytesMax = 5 } == .headersTooLarge)
    }

    @Test func `a client that waits for 100 Continue is told once`() {
        let head = bytes("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n")
        #expect(RequestFeed([head[...], bytes("o")[...], bytes("k")[...]]).continues == 1)
        #expect(RequestFeed([(head + bytes("o"))[...], bytes("k")[...]]).continues == 0)
        #expect(RequestFeed.byteByByte(head + bytes("ok") + head + bytes("ok")).continues == 2)
        let old = bytes("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        #expect(RequestFeed.byteByByte(old + bytes("ok")).continues == 0)
        let empty = bytes("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n")
        #expect(RequestFeed.byteByByte(empty).continues == 0)
    }

    @Test func `the phase tells how far a request is`() {
        var parser = RequestParser()
        func feed(_ text: String) -> RequestParser.Phase {
            _ = parser.parse(bytes(text).span)
            return parser.phase
        }
        #expect(parser.phase == .idle)
        #expect(feed("") == .idle)
        #expect(feed("\r\n\r") == .idle)
        #expect(feed("\nP") == .head)
        #expect(feed("OST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r") == .head)
        #expect(feed("\n") == .body)
        #expect(feed("a") == .body)
        #expect(feed("b") == .idle)
    }

    @Test func `two requests in one piece come out one at a time`() {
        var parser = RequestParser()
        let one = bytes("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n")
        let both = one + bytes("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
        let (consumed, event) = parser.parse(both.span)
        #expect(consumed == one.count)
        guard case .request(let request) = event else {
            Issue.record("not a request")
            return
        }
        #expect(request.head.path == "/1")
    }

    @Test func `a raw buffer reads like a span`() {
        var parser = RequestParser()
        let event = bytes("GET /raw HTTP/1.1\r\nHost: a\r\n\r\n").withUnsafeBytes { parser.parse($0).event }
        guard case .request(let request) = event else {
            Issue.record("not a request")
            return
        }
        #expect(request.head.path == "/raw")
        #expect(parser.parse(UnsafeRawBufferPointer(start: nil, count: 0)).consumed == 0)
    }
}
