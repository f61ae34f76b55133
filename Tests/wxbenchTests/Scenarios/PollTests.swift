import HTTP
import Testing

@testable import wxbench

@Suite struct PollTests {
    private func reply(_ status: Int, _ json: String) throws -> ExchangeOutcome {
        var parser = ResponseParser()
        parser.expectReply(to: .get)
        let bytes = Array("HTTP/1.1 \(status) X\r\nContent-Length: \(json.utf8.count)\r\n\r\n\(json)".utf8)
        guard case .response(let reply) = parser.parse(bytes.span).event else { throw Missing() }
        return .reply(reply)
    }

    private struct Missing: Error {}

    @Test func `a poll that waited as long as it asked for may ask again`() throws {
        let pending = try reply(200, #"{"status":"pending","expires_in":5}"#)
        #expect(HeldPolls.judge(pending, afterSeconds: 60) == nil)
        #expect(HeldPolls.judge(pending, afterSeconds: 59) == .wrong("a poll ended after 59 s"))
    }

    @Test func `a poll that ended in another way is an error`() throws {
        let expired = try reply(200, #"{"status":"expired","expires_in":0}"#)
        #expect(HeldPolls.judge(expired, afterSeconds: 60) == .wrong("a poll that nobody answers ended with expired"))
        let gone = try reply(410, #"{"error":"qr_expired"}"#)
        #expect(HeldPolls.judge(gone, afterSeconds: 60) == .refused("410 qr_expired"))
        #expect(HeldPolls.judge(.lost("closed"), afterSeconds: 60) == .lost("closed"))
    }

    @Test func `a browser must get the login of the phone's user`() {
        let login = #"{"token":"a.b.c","token_type":"Bearer","expires_in":5,"openid":"o1","is_new":false}"#
        func judge(_ json: String) -> Verdict { WakePair.judge(Array(json.utf8), openid: Array("o1".utf8)) }
        #expect(judge(#"{"status":"confirmed","login":\#(login)}"#) == .good)
        #expect(judge(#"{"status":"confirmed"}"#) != .good)
        #expect(judge(#"{"status":"pending"}"#) == .wrong("the browser is told pending"))
        #expect(judge(#"{"status":"confirmed","login":\#(login.replacing("o1", with: "o2"))}"#) != .good)
    }
}
