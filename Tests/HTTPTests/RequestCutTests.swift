import HTTP
import Testing

/// However the bytes arrive, they say the same.
struct RequestCutTests {
    @Test(arguments: RequestCorpusTests.valid.map(\.name))
    func `a valid request may be cut anywhere`(_ name: String) throws {
        let bytes = try Corpus.bytes("requests/valid/" + name)
        let whole = RequestFeed.whole(bytes)
        for cut in bytes.indices { expectSame([bytes[..<cut], bytes[cut...]], whole, "cut at \(cut)") }
        guard bytes.count <= 90 else { return }
        for first in bytes.indices {
            for second in first..<bytes.count {
                expectSame(
                    [bytes[..<first], bytes[first..<second], bytes[second...]],
                    whole,
                    "cuts at \(first), \(second)"
                )
            }
        }
    }

    @Test(arguments: RequestCorpusTests.valid.map(\.name))
    func `a valid request may come byte by byte`(_ name: String) throws {
        let bytes = try Corpus.bytes("requests/valid/" + name)
        let feed = RequestFeed.byteByByte(bytes)
        #expect(feed.outcomes == RequestFeed.whole(bytes))
        #expect(feed.complaints.isEmpty)
    }

    @Test(arguments: InvalidRequestTests.invalid.keys.sorted())
    func `an invalid request fails the same wherever it is cut`(_ name: String) throws {
        let bytes = try Corpus.bytes("requests/invalid/" + name)
        let whole = RequestFeed.whole(bytes)
        for cut in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 200)) {
            expectSame([bytes[..<cut], bytes[cut...]], whole, "cut at \(cut)")
        }
        #expect(RequestFeed.byteByByte(bytes).outcomes == whole)
    }

    @Test(arguments: RequestCorpusTests.valid.map(\.name))
    func `pipelined requests come out in order`(_ name: String) throws {
        let first = try Corpus.bytes("requests/valid/" + name)
        let second = try Corpus.bytes("requests/valid/post_chunked_trailers")
        let expected = RequestFeed.whole(first).dropLast() + RequestFeed.whole(second)
        let both = first + second
        #expect(RequestFeed.whole(both) == Array(expected))
        for cut in stride(from: 0, to: both.count, by: max(1, both.count / 200)) {
            expectSame([both[..<cut], both[cut...]], Array(expected), "cut at \(cut)")
        }
        #expect(RequestFeed.byteByByte(both).outcomes == Array(expected))
    }

    @Test func `all valid requests follow each other on one connection`() throws {
        var bytes: [UInt8] = []
        var expected: [RequestOutcome] = []
        for name in try Corpus.names("requests/valid") {
            let message = try Corpus.bytes("requests/valid/" + name)
            bytes += message
            expected += RequestFeed.whole(message).dropLast()
        }
        expected.append(.pending(.idle))
        #expect(RequestFeed.whole(bytes) == expected)
        #expect(RequestFeed.byteByByte(bytes).outcomes == expected)
    }

    private func expectSame(_ pieces: [ArraySlice<UInt8>], _ whole: [RequestOutcome], _ where: String) {
        let feed = RequestFeed(pieces)
        if feed.outcomes != whole { Issue.record("\(`where`): \(feed.outcomes) instead of \(whole)") }
        if !feed.complaints.isEmpty { Issue.record("\(`where`): \(feed.complaints)") }
    }
}
