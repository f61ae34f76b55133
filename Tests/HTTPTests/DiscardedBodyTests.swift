import Testing

@testable import HTTP

/// Bodies that are read only to be dropped.
@Suite struct DiscardedBodyTests {
    /// Bodies may have 4 bytes where they are kept and 20 where they are dropped.
    private static let limits: HTTPLimits = {
        var limits = HTTPLimits()
        limits.bodyBytesMax = 4
        limits.discardedBytesMax = 20
        return limits
    }()

    /// What `/drop` is sent is dropped, everything else kept.
    private static func bodies(_ head: RequestHead) -> BodyHandling { head.path == "/drop" ? .discard : .collect }

    private static func feed(_ pieces: [ArraySlice<UInt8>]) -> RequestFeed {
        RequestFeed(pieces, limits: limits, bodies: bodies)
    }

    private static func message(_ path: String, _ rest: String) -> [UInt8] {
        Array("POST \(path) HTTP/1.1\r\nHost: a\r\n\(rest)".utf8)
    }

    /// The same outcome whole, in two pieces cut at every byte, and byte by byte.
    private static func outcomes(_ bytes: [UInt8]) -> [RequestOutcome] {
        let whole = feed([bytes[...]])
        #expect(whole.complaints.isEmpty)
        for cut in bytes.indices {
            let cutFeed = feed([bytes[..<cut], bytes[cut...]])
            #expect(cutFeed.outcomes == whole.outcomes && cutFeed.complaints.isEmpty, "cut at \(cut)")
        }
        let bytewise = feed(bytes.indices.map { bytes[$0...$0] })
        #expect(bytewise.outcomes == whole.outcomes && bytewise.complaints.isEmpty)
        return whole.outcomes
    }

    private static func summaries(_ outcomes: [RequestOutcome]) -> [String] {
        outcomes.map { outcome in
            switch outcome {
            case .request(let request):
                "\(request.head.path) \(request.body.count) \(request.isBodyCut ? "cut" : "whole")"
                    + (request.keepAlive ? "" : " last")
            case .failed(let error, _): "\(error)"
            case .pending(let phase): "pending \(phase)"
            }
        }
    }

    private static let next = Array("POST /keep HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc".utf8)

    @Test(arguments: [
        "Content-Length: 5\r\n\r\n12345", "Content-Length: 20\r\n\r\n12345678901234567890",
        "Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nA\r\n1234567890\r\n9;x=y\r\n123456789\r\n1\r\n0\r\n0\r\nT: v\r\n\r\n",
        "Content-Type: nonsense\r\nContent-Length: 1\r\n\r\n1", "Content-Length: 0\r\n\r\n", "\r\n",
        "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ]) func `a body over the limit is dropped and the next request is read, however they are cut`(rest: String) {
        let outcomes = Self.outcomes(Self.message("/drop", rest) + Self.next)
        #expect(Self.summaries(outcomes) == ["/drop 0 whole", "/keep 3 whole", "pending idle"])
    }

    @Test(arguments: [
        "Content-Length: 21\r\n\r\n", "Content-Length: 21\r\n\r\n123456789012345678901",
        "Content-Length: 10000000000\r\n\r\n1234", "Content-Length: 99999999999999999999999\r\n\r\n1234",
        "Transfer-Encoding: chunked\r\n\r\n15\r\n", "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n1234",
        "Transfer-Encoding: chunked\r\n\r\nA\r\n1234567890\r\nA\r\n1234567890\r\n1\r\n1\r\n0\r\n\r\n",
    ]) func `a request comes without the rest of a body that is too long even to be dropped`(rest: String) {
        let outcomes = Self.outcomes(Self.message("/drop", rest) + Self.next)
        #expect(Self.summaries(outcomes) == ["/drop 0 cut last", "pending body"])
    }

    @Test(arguments: ["Content-Length: 5\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n5\r\n"])
    func `a body that is kept has its own limit still, also behind one that was dropped`(rest: String) {
        let dropped = Self.message("/drop", "Content-Length: 5\r\n\r\n12345")
        let outcomes = Self.outcomes(dropped + Self.message("/keep", rest))
        #expect(Self.summaries(outcomes) == ["/drop 0 whole", "bodyTooLarge"])
    }

    @Test(arguments: [
        ("Transfer-Encoding: chunked\r\n\r\nx", "malformedChunk"),
        ("Transfer-Encoding: chunked\r\n\r\n5\r\n123456", "malformedChunk"),
        ("Transfer-Encoding: chunked\r\n\r\n0\r\n bad\r\n", "malformedHeader"),
        ("Content-Length: 1\r\nContent-Length: 1\r\n\r\n1", "invalidContentLength"),
    ]) func `what cannot be read is refused all the same`(rest: String, error: String) {
        #expect(Self.summaries(Self.outcomes(Self.message("/drop", rest))) == [error])
    }

    @Test func `an expectant client is told to go on unless its body is not waited for`() {
        let head = "Expect: 100-continue\r\nContent-Length: "
        let waits = Self.feed([Self.message("/drop", head + "20\r\n\r\n")[...]])
        #expect(waits.continues == 1 && Self.summaries(waits.outcomes) == ["pending body"])
        let cut = Self.feed([Self.message("/drop", head + "21\r\n\r\n")[...]])
        #expect(cut.continues == 0 && Self.summaries(cut.outcomes) == ["/drop 0 cut last", "pending body"])
    }

    @Test func `it is asked once a request with a body, when its head is complete`() {
        var asked: [String] = []
        let get = Array("GET /none HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        let bytes = get + Self.message("/drop", "Content-Length: 2\r\n\r\n12") + Self.next
        _ = RequestFeed(bytes.indices.map { bytes[$0...$0] }) {
            asked.append($0.path)
            return .discard
        }
        #expect(asked == ["/drop", "/keep"])
    }

    @Test func `only a body that is being dropped can be cut, once`() throws {
        var parser = RequestParser(limits: Self.limits)
        let message = Self.message("/drop", "Content-Length: 20\r\n\r\n")
        for byte in message {
            expectNothing(parser.cutBody())
            _ = parse([byte], with: &parser)
        }
        let cut = parser.cutBody()
        let request = try #require(cut)
        #expect(request.head.path == "/drop" && request.isBodyCut && !request.keepAlive && request.body.isEmpty)
        expectNothing(parser.cutBody())
        let after = parse(Self.next, with: &parser)
        #expect(after.consumed == Self.next.count)
        guard case .needMore = after.event else { throw Unexpected() }
    }

    @Test func `a body that is kept or cannot be read cannot be cut`() {
        for (path, rest) in [("/keep", "Content-Length: 3\r\n\r\n1"), ("/drop", "Transfer-Encoding: chunked\r\n\r\nx")]
        {
            var parser = RequestParser(limits: Self.limits)
            _ = parse(Self.message(path, rest), with: &parser)
            expectNothing(parser.cutBody())
        }
    }

    private func parse(
        _ bytes: [UInt8],
        with parser: inout RequestParser
    ) -> (consumed: Int, event: RequestParser.Event) {
        parser.parse(bytes.span, bodies: Self.bodies)
    }

    @Test func `a sink that drops counts what it does not keep`() {
        let input: [UInt8] = [1, 2, 3, 4, 5, 6]
        var dropping = BodySink(.discard)
        var keeping = BodySink(.collect)
        for range in [0..<2, 2..<4] {
            dropping.take(range, of: input.span)
            keeping.take(range, of: input.span)
        }
        #expect(dropping.count == 4 && dropping.takeBytes().isEmpty && dropping.room(Self.limits) == 16)
        #expect(keeping.count == 4 && keeping.takeBytes() == [1, 2, 3, 4] && keeping.room(Self.limits) == 0)
    }

    private func expectNothing(_ request: ParsedRequest?, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(request == nil, sourceLocation: sourceLocation)
    }

    private struct Unexpected: Error {}
}
