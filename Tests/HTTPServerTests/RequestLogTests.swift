import HTTP
import Logging
import Testing
import UV

@testable import HTTPServer

@Suite struct RequestLogTests {
    private static let valid = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    private static func request(_ headers: Headers = Headers()) throws -> Request {
        Request(
            head: try #require(RequestHead(method: .get, target: "/", headers: headers)),
            body: [],
            peer: PeerAddress(ip: "192.0.2.1", port: 4711),
            id: "request-1"
        )
    }

    @Test func `the id is always told, a valid traceparent too`() throws {
        let with = RequestLog(try Self.request(["Traceparent": Self.valid]))
        #expect(with.metadata == ["request_id": "request-1", "traceparent": "\(Self.valid)"])
        let without = RequestLog(try Self.request())
        #expect(without.metadata == ["request_id": "request-1"])
        let broken = RequestLog(try Self.request(["traceparent": "00-\n-x-01"]))
        #expect(broken.metadata == ["request_id": "request-1"])
    }

    @Test(arguments: [
        valid, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
        "00-00000000000000000000000000000001-0000000000000001-ff",
        "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what.is.to.come",
    ]) func `every version of Trace Context is taken`(text: String) {
        #expect(RequestLog.isTraceparent(text))
    }

    @Test(arguments: [
        "", "00", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-B7AD6B7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319cc-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
        "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
        " 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c8031\u{e9}-b7ad6b7169203331-01",
        "00--b7ad6b7169203331-01",
    ]) func `anything else is not`(text: String) {
        #expect(!RequestLog.isTraceparent(text))
    }
}
