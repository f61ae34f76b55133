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

    /// What a login makes of a row.
    private func row(after row: [UInt8], _ key: StoredSessionKey?, now: Int64) -> [UInt8] {
        RowWriter.bytes(countMax: SessionKeysCodec.countMax(of: key, beside: row.count)) {
            SessionKeysCodec.put(key, over: row.span, now: now, into: &$0)
        }
    }

    @Test(arguments: [UInt64(1), 2]) func `a login makes of a row what it makes of a history`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let day: Int64 = 86_400_000
        for _ in 0..<500 {
            var history = SessionKeyHistory()
            var bytes: [UInt8] = []
            var now: Int64 = 0
            for _ in 0..<12 {
                now += [0, 1, day, 3 * day].randomElement(using: &random) ?? 0
                let name = ["a", "b", "c", "d", nil].randomElement(using: &random) ?? nil
                if let name { history.record(Self.key(name), now: now) }
                bytes = row(after: bytes, name.map(Self.key), now: now)
                #expect(SessionKeysCodec.decode(bytes) == history)
                #expect(bytes == SessionKeysCodec.encode(history))
            }
        }
    }

    @Test func `of a row that is none, a login keeps nothing`() {
        let whole = SessionKeysCodec.encode(Self.full)
        var rows = whole.indices.map { Array(whole.prefix($0)) }
        rows += [whole + [0], [2] + whole.dropFirst(), [1, 2] + whole.dropFirst(2)]
        let alone = SessionKeysCodec.encode(SessionKeyHistory(newest: Self.key("d")))
        for broken in rows { #expect(row(after: broken, Self.key("d"), now: 1) == alone) }
        #expect(row(after: whole, Self.key("d"), now: 1) != alone)
    }

    @Test func `whatever a row is, a login ends well`() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<20_000 {
            let garbage =
                [1]
                + (0..<Int.random(in: 0...60, using: &random)).map { _ in
                    UInt8.random(in: 0...3, using: &random)
                }
            var history = SessionKeysCodec.decode(garbage) ?? SessionKeyHistory()
            history.record(Self.key("d"), now: 1)
            #expect(row(after: garbage, Self.key("d"), now: 1) == SessionKeysCodec.encode(history))
        }
    }
}
