import Testing

@testable import OpenSSL

@Suite struct SecureRandomTests {
    @Test func `pieces do not repeat across many refills`() throws {
        let random = SecureRandom()
        var seen: Set<[UInt8]> = []
        for _ in 0..<5000 {
            let piece = try random.bytes(16)
            #expect(piece.count == 16)
            #expect(seen.insert(piece).inserted)
        }
    }

    @Test func `what was handed out is no longer in the pool`() throws {
        let random = SecureRandom()
        for count in [1, 16, 33, 1000, 1024, 1024, 1024] {
            _ = try random.bytes(count)
            #expect(random.isUsedPartWiped)
        }
    }

    @Test func `what is used within a use is another piece, and both are wiped`() throws {
        let random = SecureRandom()
        let pieces = try random.use(16) { first in
            [first.indices.map { first[$0] }, (try? random.bytes(16)) ?? []]
        }
        #expect(pieces[0].count == 16 && pieces[1].count == 16 && pieces[0] != pieces[1])
        #expect(random.isUsedPartWiped)
    }

    @Test(arguments: [0, 1, 1024, 1025, 4096, 10_000]) func `any count is served in full`(count: Int) throws {
        let random = SecureRandom()
        let first = try random.bytes(count)
        let second = try random.bytes(count)
        #expect(first.count == count)
        #expect(count < 16 || first != second)
        #expect(count < 1000 || Set(first).count > 200)
    }

    @Test func `a text of sixteen bytes is 22 url-safe characters`() throws {
        let text = try SecureRandom().text(byteCount: 16)
        #expect(text.utf8.count == 22)
        #expect(Base64.decodeURLSafe(text.utf8Span.span)?.count == 16)
    }
}
