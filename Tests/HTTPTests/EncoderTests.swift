import HTTP
import Testing

struct EncoderTests {
    private func reply(
        _ status: Status,
        _ headers: [(String, String)] = [],
        body: String = "",
        persistence: ResponseEncoder.Persistence = .implied,
        omitsBody: Bool = false,
        prepared: String = ""
    ) -> String {
        var buffer: [UInt8] = []
        ResponseEncoder.encode(
            status,
            headers: headers,
            body: Array(body.utf8),
            persistence: persistence,
            omitsBody: omitsBody,
            preparedFields: Array(prepared.utf8),
            into: &buffer
        )
        return String(decoding: buffer, as: UTF8.self)
    }

    private func request(
        _ method: Method,
        _ target: String,
        host: String = "a.example",
        _ headers: [(String, String)] = [],
        body: String? = nil
    ) throws -> String {
        var buffer: [UInt8] = []
        try RequestEncoder.encode(
            method,
            target: target,
            host: host,
            headers: headers,
            body: body.map { Array($0.utf8) },
            into: &buffer
        )
        return String(decoding: buffer, as: UTF8.self)
    }

    @Test func `a reply has status line, fields, length and body`() {
        let text = reply(
            .ok,
            [("Content-Type", "application/json"), ("X-名", "no token")],
            body: "{}",
            prepared: "Date: x\r\n"
        )
        #expect(text == "HTTP/1.1 200 OK\r\nDate: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
    }

    @Test func `a reply appends to what is there`() {
        var buffer = Array("before".utf8)
        ResponseEncoder.encodeContinue(into: &buffer)
        ResponseEncoder.encode(.notFound, headers: [], body: [], into: &buffer)
        let expected = "beforeHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        #expect(String(decoding: buffer, as: UTF8.self) == expected)
    }

    @Test func `the reply to HEAD keeps the length and leaves the body out`() {
        #expect(reply(.ok, body: "hello", omitsBody: true) == "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
    }

    @Test(arguments: [Status.noContent, .notModified, .continue])
    func `a status without body has neither body nor length`(_ status: Status) {
        #expect(reply(status, body: "hello") == "HTTP/1.1 \(status.code) \(status.reason)\r\n\r\n")
    }

    @Test func `persistence is said when it is not implied`() {
        #expect(reply(.noContent, persistence: .close) == "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        #expect(
            reply(.noContent, persistence: .keepAlive) == "HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n"
        )
    }

    @Test func `framing is the encoder's alone`() {
        let headers = [
            ("content-length", "9"), ("Transfer-Encoding", "chunked"), ("Connection", "upgrade"), ("A", "b"),
        ]
        #expect(reply(.ok, headers) == "HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 0\r\n\r\n")
    }

    @Test(arguments: [
        "a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\rX-Evil: 1", "a\r\n\r\n<html>", "a\0b", "\r\n", "a\u{1}\u{7F}b",
    ])
    func `no value can split a reply`(_ value: String) throws {
        let status = Status(code: 200, reason: value)
        let bytes = Array(reply(status, [("X-A", value), ("X-B", "b")], body: "ok").utf8)
        guard case .response(let response) = ResponseFeed.outcome([bytes[...]]) else {
            Issue.record("not a reply")
            return
        }
        #expect(response.fields.map(\.first) == ["X-A", "X-B", "Content-Length"])
        #expect(response.body == Array("ok".utf8))
    }

    @Test(arguments: ["", "X-A\r\nX-Evil", "X A", "X:A", "X-A\0", "X-É"])
    func `a name that is no token takes its field along`(_ name: String) {
        #expect(reply(.noContent, [(name, "a"), ("B", "c")]) == "HTTP/1.1 204 No Content\r\nB: c\r\n\r\n")
    }

    @Test func `text beyond ASCII and tabs stay`() {
        #expect(reply(.noContent, [("A", "你\t好")]) == "HTTP/1.1 204 No Content\r\nA: 你\t好\r\n\r\n")
    }

    @Test func `a request has line, host, fields, length and body`() throws {
        #expect(
            try request(.get, "/a?b", [("Accept", "*/*")])
                == "GET /a?b HTTP/1.1\r\nHost: a.example\r\nAccept: */*\r\n\r\n"
        )
        let headers = [("Host", "evil"), ("Content-Length", "9"), ("A", "b\r\nC: d")]
        #expect(
            try request(.post, "/", headers, body: "{}")
                == "POST / HTTP/1.1\r\nHost: a.example\r\nA: b  C: d\r\nContent-Length: 2\r\n\r\n{}"
        )
        #expect(try request(.post, "/", body: "") == "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 0\r\n\r\n")
    }

    @Test func `an encoded request parses to itself`() throws {
        let bytes = Array(try request(.post, "/a?b=c", host: "a:8080", [("X-A", "b")], body: "body").utf8)
        guard case .request(let parsed) = RequestFeed.whole(bytes).first else {
            Issue.record("not a request")
            return
        }
        #expect(parsed.head.method == "POST")
        #expect(parsed.head.target == "/a?b=c")
        #expect(parsed.head.fields == [["Host", "a:8080"], ["X-A", "b"], ["Content-Length", "4"]])
        #expect(parsed.body == Array("body".utf8))
    }

    @Test(arguments: ["", "/a b", "/a\r\nX: y", "/a\0", "/é", "/a#b"])
    func `a target that would end early is refused`(_ target: String) {
        #expect(throws: RequestEncodeError.invalidTarget) { try request(.get, target) }
    }

    @Test(arguments: ["", "a b", "a\r\nX: y", "a/b", "u@a", "a:x"])
    func `a host that is none is refused`(_ host: String) {
        #expect(throws: RequestEncodeError.invalidHost) { try request(.get, "/", host: host) }
    }

    @Test func `an unregistered status has an empty reason`() {
        #expect(reply(Status(code: 299)).hasPrefix("HTTP/1.1 299 \r\n"))
        #expect(Status(code: 404) == Status(code: 404, reason: "Nope"))
        #expect(Status.notFound.description == "404 Not Found")
    }
}
