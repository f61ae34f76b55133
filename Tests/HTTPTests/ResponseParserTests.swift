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
}
