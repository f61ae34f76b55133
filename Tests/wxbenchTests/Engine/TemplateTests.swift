import HTTP
import Testing

@testable import wxbench

@Suite struct TemplateTests {
    private func site() throws -> TargetURL { try #require(TargetURL("http://127.0.0.1:8080")) }

    @Test func `a body goes behind the head with its length`() throws {
        var request: [UInt8] = []
        RequestTemplate(.post, "/x", of: try site(), body: true).append(Array("{\"a\":1}".utf8), to: &request)
        #expect(
            String(decoding: request, as: UTF8.self)
                == "POST /x HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nContent-Type: application/json\r\n"
                + "Content-Length: 7\r\n\r\n{\"a\":1}"
        )
    }

    @Test func `a request without keep-alive says so`() throws {
        let bytes = RequestTemplate(.get, "/x", of: try site(), keepsAlive: false).bytes
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == "GET /x HTTP/1.1\r\nConnection: close\r\nHost: 127.0.0.1:8080\r\n\r\n"
        )
    }

    @Test func `a token takes its place, with and without a body`() throws {
        var plain: [UInt8] = []
        BearerTemplate(.get, "/x", of: try site()).append(Array("a.b.c".utf8), to: &plain)
        #expect(
            String(decoding: plain, as: UTF8.self)
                == "GET /x HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nAuthorization: Bearer a.b.c\r\n\r\n"
        )
        var posted: [UInt8] = []
        BearerTemplate(.post, "/x", of: try site(), body: "{}").append(Array("a.b.c".utf8), to: &posted)
        let text = String(decoding: posted, as: UTF8.self)
        #expect(text.contains("Bearer a.b.c\r\n"))
        #expect(text.hasSuffix("Content-Length: 2\r\n\r\n{}"))
    }
}
