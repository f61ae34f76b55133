import HTTPClient
import Testing

/// What a server does with the first connection that it gets, and what a client makes of it.
struct Fault: Sendable, CustomTestStringConvertible {
    enum Outcome: Sendable {
        case reply(status: Int, body: String)
        /// - Parameter curl: where libcurl's number says less than we know.
        case failure(ClientError.Code, curl: ClientError.Code? = nil)
    }

    let name: String
    /// The outcome of the request that met the fault.
    let outcome: Outcome
    /// Whether the connection serves the next request too.
    let isKept: Bool
    /// How long the request may take; short where nothing else ends it.
    let milliseconds: UInt64
    let script: @Sendable (ScriptedConnection) -> Void

    var testDescription: String { name }

    /// Reads the request and sends these pieces, then closes, with a goodbye over TLS.
    private static func sends(
        _ name: String,
        _ pieces: String...,
        brings outcome: Outcome
    ) -> Fault {
        Fault(name: name, outcome: outcome, isKept: false, milliseconds: 10_000) { connection in
            guard connection.readRequest() != nil else { return }
            for piece in pieces { connection.send(piece) }
        }
    }

    /// Answers the request so, and further ones with "ok".
    private static func keeps(_ name: String, _ reply: String, brings outcome: Outcome) -> Fault {
        Fault(name: name, outcome: outcome, isKept: true, milliseconds: 10_000) { connection in
            guard connection.readRequest() != nil else { return }
            connection.send(reply)
            connection.answerAll(.reply("ok"))
        }
    }

    /// Does something of its own.
    private static func does(
        _ name: String,
        brings outcome: Outcome,
        isKept: Bool = false,
        milliseconds: UInt64 = 10_000,
        _ script: @escaping @Sendable (ScriptedConnection) -> Void
    ) -> Fault {
        Fault(name: name, outcome: outcome, isKept: isKept, milliseconds: milliseconds) { connection in
            guard connection.readRequest() != nil else { return }
            script(connection)
        }
    }

    private static let head = "HTTP/1.1 200 OK\r\n"
    private static let chunked = head + "Transfer-Encoding: chunked\r\n\r\n"
    private static let ok = Outcome.reply(status: 200, body: "ok")

    static let all = ends + silences + lengths + oddities + excesses

    /// The connection ends where it must not, or where it may.
    private static let ends = [
        sends("nothing", brings: .failure(.connectionLost)),
        sends("half a status line", "HTTP/1.", brings: .failure(.connectionLost)),
        sends("half a head", head + "Content-Le", brings: .failure(.connectionLost)),
        sends("only a 1xx", "HTTP/1.1 100 Continue\r\n\r\n", brings: .failure(.connectionLost)),
        sends("half a body", head + "Content-Length: 9\r\n\r\nhalf", brings: .failure(.connectionLost)),
        sends("no last chunk", chunked + "2\r\nok\r\n", brings: .failure(.connectionLost)),
        sends("no end of trailers", chunked + "2\r\nok\r\n0\r\n", brings: .failure(.connectionLost)),
        does("a reset instead of a reply", brings: .failure(.connectionLost)) { $0.reset() },
        does("a reset within the head", brings: .failure(.connectionLost)) {
            $0.send(head)
            $0.reset()
        },
        does("a reset within the body", brings: .failure(.connectionLost)) {
            $0.send(head + "Content-Length: 9\r\n\r\nhalf")
            $0.reset()
        },
        sends("a body up to the end", head + "\r\nok", brings: ok),
        sends("HTTP/1.0 up to the end", "HTTP/1.0 200 OK\r\n\r\n", "ok", brings: ok),
        sends("HTTP/1.0 with a length", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", brings: ok),
        sends("Connection: close", head + "Connection: close\r\nContent-Length: 2\r\n\r\nok", brings: ok),
        does("Connection: close, and yet it stays open", brings: ok) {
            $0.send(head + "Connection: close\r\nContent-Length: 2\r\n\r\nok")
            $0.waitForEnd()
        },
    ]

    /// Room for a handshake on a machine that is busy.
    private static let silenceMilliseconds: UInt64 = 400

    /// The server takes its time, or all of it.
    private static let silences = [
        does("silence", brings: .failure(.timedOut), milliseconds: silenceMilliseconds) { $0.waitForEnd() },
        does("silence within the head", brings: .failure(.timedOut), milliseconds: silenceMilliseconds) {
            $0.send(head + "Content-")
            $0.waitForEnd()
        },
        does("silence within the body", brings: .failure(.timedOut), milliseconds: silenceMilliseconds) {
            $0.send(head + "Content-Length: 9\r\n\r\nhalf")
            $0.waitForEnd()
        },
        does("drops without end", brings: .failure(.timedOut), milliseconds: silenceMilliseconds) {
            $0.send(head + "Content-Length: 60000\r\n\r\n")
            while $0.drip("x", everyMilliseconds: 5) {}
        },
        does("1xx without end", brings: .failure(.timedOut), milliseconds: silenceMilliseconds) {
            while $0.drip("HTTP/1.1 103 Early Hints\r\n\r\n", everyMilliseconds: 80) {}
        },
        does("a reply drop by drop", brings: ok, isKept: true) { connection in
            for byte in String.reply("ok").utf8 { _ = connection.send([byte]) }
            connection.answerAll(.reply("ok"))
        },
    ]

    /// How long the body is.
    private static let lengths = [
        sends("more than announced", head + "Content-Length: 2\r\n\r\nokay", brings: ok),
        does("two replies at once", brings: ok) {
            $0.send(.reply("ok") + .reply("planted"))
            $0.waitForEnd()
        },
        sends("a length that is no number", head + "Content-Length: x\r\n\r\nok", brings: .failure(.malformedReply)),
        sends("a chunk size that is no number", chunked + "x\r\nok\r\n", brings: malformedChunk),
        keeps("an empty body", head + "Content-Length: 0\r\n\r\n", brings: .reply(status: 200, body: "")),
        keeps("204", "HTTP/1.1 204 No Content\r\n\r\n", brings: .reply(status: 204, body: "")),
        keeps("304", "HTTP/1.1 304 Not Modified\r\n\r\n", brings: .reply(status: 304, body: "")),
        keeps("chunks with trailers", chunked + "1\r\no\r\n1;x=y\r\nk\r\n0\r\nX-Last: 1\r\n\r\n", brings: ok),
        keeps("a body of 65,536 bytes", .reply(big), brings: .reply(status: 200, body: big)),
    ]

    private static let malformedChunk = Outcome.failure(.malformedReply, curl: .connectionLost)
    private static let big = String(repeating: "x", count: 65_536)

    /// What is seldom seen.
    private static let oddities = [
        keeps("100 before the reply", "HTTP/1.1 100 Continue\r\n\r\n" + .reply("ok"), brings: ok),
        keeps("103 twice before it", early + early + .reply("ok"), brings: ok),
        keeps("a redirect", "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", brings: redirect),
        keeps("500", "HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\nno", brings: .reply(status: 500, body: "no")),
        keeps("a status without words", "HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok", brings: ok),
        sends("garbage", "not HTTP at all\r\n\r\n", brings: .failure(.malformedReply)),
        sends("zero bytes", "\0\0\0\0\0\0\0\0\r\n\r\n", brings: .failure(.malformedReply)),
    ]

    private static let early = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    private static let redirect = Outcome.reply(status: 302, body: "")

    /// Too much of something.
    private static let excesses = [
        does("a head without end", brings: .failure(.malformedReply)) {
            $0.send(head)
            while $0.send(Array("X-More: \(String(repeating: "y", count: 1000))\r\n".utf8)) {}
        },
        does("an announced body beyond the limit", brings: .failure(.replyTooLarge)) {
            $0.send(head + "Content-Length: 65537\r\n\r\n")
            $0.waitForEnd()
        },
        does("a body beyond the limit", brings: .failure(.replyTooLarge)) {
            $0.send(head + "\r\n")
            while $0.send([UInt8](repeating: 120, count: 10_000)) {}
        },
        does("chunks beyond the limit", brings: .failure(.replyTooLarge)) {
            $0.send(chunked)
            while $0.send(Array("3e8\r\n\(String(repeating: "y", count: 1000))\r\n".utf8)) {}
        },
    ]
}
