import HTTP
import Testing

struct ResponseParserTests {
    private let ok = Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".utf8)

    @Test func `replies on a kept connection come one for each request`() {
        var parser = ResponseParser()
        for _ in 0..<3 {
            #expect(parser.isIdle)
            parser.expectReply(to: .get)
            #expect(!parser.isIdle)
            let (consumed, event) = parser.parse(ok.span)
            #expect(consumed == ok.count)
            guard case .response(let response) = event else {
                Issue.record("\(event)")
                return
            }
            #expect(response.keepAlive)
        }
        guard case .needMore = parser.finish() else {
            Issue.record("an idle connection may end")
            return
        }
    }

    @Test func `bytes that nobody asked for are a failure that sticks`() {
        var parser = ResponseParser()
        parser.expectReply(to: .get)
        let (consumed, _) = parser.parse((ok + ok).span)
        #expect(consumed == ok.count)
        for _ in 0..<2 {
            guard case .failed(.unexpectedReply) = parser.parse(ok.span).event else {
                Issue.record("taken for a reply")
                return
            }
        }
        #expect(!parser.isIdle)
        guard case .failed(.unexpectedReply) = parser.finish() else {
            Issue.record("forgotten")
            return
        }
    }

    @Test func `a connection that ends before the reply is told from one that ends in it`() {
        #expect(ResponseFeed.outcome([]) == .failed(.noReply))
        #expect(ResponseFeed.outcome([ok[..<1]]) == .failed(.incompleteReply))
        #expect(ResponseFeed.outcome([Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)[...]]) == .failed(.incompleteReply))
    }

    @Test func `the body bound holds for all framings`() {
        var limits = HTTPLimits()
        limits.bodyBytesMax = 2
        for (text, fails) in [
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", false),
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", true),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n1", true),
            ("HTTP/1.1 200 OK\r\n\r\nok", false),
            ("HTTP/1.1 200 OK\r\n\r\noks", true),
        ] {
            var parser = ResponseParser(limits: limits)
            parser.expectReply(to: .get)
            let event = parser.parse(Array(text.utf8).span).event
            if case .failed(let error) = event {
                #expect(fails && error == .bodyTooLarge, "\(text)")
            } else {
                #expect(!fails, "\(text)")
            }
        }
    }

    /// The body of a reply that arrives in two pieces, and whether it lay in the second.
    private func read(_ text: String, cutAt cut: Int) -> (body: String, isInPlace: Bool, rest: Int)? {
        let bytes = Array(text.utf8)
        var parser = ResponseParser(keepsHeaders: false)
        parser.expectReply(bodyBytesMax: 100, keepsDate: true)
        for piece in [bytes[..<cut], bytes[cut...]] {
            let span = piece.span
            switch parser.advance(span) {
            case .needMore: continue
            case .failed(let error):
                Issue.record("\(error)")
                return nil
            case .complete(let body, let end):
                #expect(
                    parser.statusCode == 200 && parser.contentType == "a/b" && parser.date == "now" && parser.isIdle
                )
                switch body {
                case .inPlace(let range):
                    let place = piece.startIndex + range.lowerBound..<piece.startIndex + range.upperBound
                    return (String(decoding: bytes[place], as: UTF8.self), true, span.count - end)
                case .collected(let collected):
                    return (String(decoding: collected, as: UTF8.self), false, span.count - end)
                }
            }
        }
        return nil
    }

    @Test func `a body is told where it lies, unless it came in pieces or in chunks`() throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nDate: now\r\n"
        for (framing, body, isChunked) in [
            ("Content-Length: 4\r\n\r\nbody", "body", false), ("Content-Length: 0\r\n\r\n", "", false),
            ("Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n", "body", true),
        ] {
            let text = head + framing
            for cut in 0...text.utf8.count {
                for behind in ["", "more"] {
                    let found = try #require(read(text + behind, cutAt: cut))
                    #expect(found.body == body, "cut at \(cut)")
                    let isBodyCut = cut >= text.utf8.count - body.utf8.count && cut < text.utf8.count
                    #expect(found.isInPlace == !(isChunked || isBodyCut), "cut at \(cut)")
                    let rest = cut == text.utf8.count ? 0 : behind.utf8.count
                    #expect(found.rest == rest, "cut at \(cut)")
                }
            }
        }
    }

    @Test func `what one reply says is not what the next one does`() {
        var parser = ResponseParser(keepsHeaders: false)
        for (fields, type, date) in [
            ("Content-Type: a/b\r\nDate: now\r\n", "a/b" as String?, "now" as String?), ("", nil, nil),
            ("Content-Type: a/b\r\n", "a/b", nil), ("Content-Type: a/c\r\n", "a/c", nil),
        ] {
            parser.expectReply(bodyBytesMax: 100, keepsDate: true)
            let bytes = Array("HTTP/1.1 204 No Content\r\n\(fields)\r\n".utf8)
            guard case .complete(.inPlace(let body), bytes.count) = parser.advance(bytes.span) else {
                Issue.record("\(fields)")
                return
            }
            #expect(body.isEmpty && parser.statusCode == 204 && parser.keepAlive)
            #expect(parser.contentType == type && parser.date == date)
        }
    }
}
