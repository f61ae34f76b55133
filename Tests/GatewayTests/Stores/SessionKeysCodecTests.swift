import TestSupport
import Testing

@testable import Gateway

@Suite struct SessionKeysCodecTests {
    private static func key(_ name: String) -> StoredSessionKey {
        StoredSessionKey(sealed: SessionSamples.sealed(name), fingerprint: SessionSamples.digest(name).high)
    }

    private static let full = SessionKeyHistory(
        newest: key("c"),
        displaced: [.init(key: key("b"), displacedAt: 2), .init(key: key(""), displacedAt: -1)]
    )

    @Test(arguments: [SessionKeyHistory(), SessionKeyHistory(newest: key("a")), full])
    func `what was written is read again`(history: SessionKeyHistory) {
        #expect(SessionKeysCodec.decode(SessionKeysCodec.encode(history)) == history)
    }

    @Test func `the first form stays readable`() {
        let row: [UInt8] =
            [1, 1] + [0, 0, 0, 0, 0, 0, 0, 5] + [0, 0, 0, 1, 0x61]
            + [1] + [0, 0, 0, 0, 0, 0, 0, 6] + [0, 0, 0, 1, 0x62] + [0, 0, 0, 0, 0, 0, 0, 7]
        let history = SessionKeyHistory(
            newest: StoredSessionKey(sealed: SessionSamples.sealed("a"), fingerprint: 5),
            displaced: [
                .init(key: StoredSessionKey(sealed: SessionSamples.sealed("b"), fingerprint: 6), displacedAt: 7)
            ]
        )
        #expect(SessionKeysCodec.decode(row) == history)
        #expect(SessionKeysCodec.encode(history) == row)
    }

    @Test func `each truncation, each byte too many and each other form is no row`() {
        var row = SessionKeysCodec.encode(Self.full)
        for count in row.indices { #expect(SessionKeysCodec.decode(Array(row.prefix(count))) == nil) }
        #expect(SessionKeysCodec.decode(row + [0]) == nil)
        row[0] = 2
        #expect(SessionKeysCodec.decode(row) == nil)
    }

    @Test func `whatever the bytes are, reading them ends well`() {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<20_000 {
            let garbage = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                UInt8.random(in: 0...3, using: &random)
            }
            if let history = SessionKeysCodec.decode([1] + garbage) {
                #expect(SessionKeysCodec.encode(history) == [1] + garbage)
            }
        }
    }
}
