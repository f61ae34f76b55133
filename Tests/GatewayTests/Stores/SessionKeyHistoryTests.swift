import Testing

@testable import Gateway

@Suite struct SessionKeyHistoryTests {
    private static let day: Int64 = 86_400_000

    private func key(_ name: String, sealedAs sealed: String? = nil) -> StoredSessionKey {
        StoredSessionKey(
            sealed: SessionSamples.sealed(sealed ?? name),
            fingerprint: SessionSamples.digest(name).high
        )
    }

    private func names(_ history: SessionKeyHistory, now: Int64) -> [String] {
        history.usable(now: now).map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    @Test func `the newest comes first, and two are kept beside it`() {
        var history = SessionKeyHistory()
        #expect(names(history, now: 0).isEmpty)
        for (time, name) in ["a", "b", "c", "d"].enumerated() { history.record(key(name), now: Int64(time)) }
        #expect(names(history, now: 4) == ["d", "c", "b"])
    }

    @Test func `the same key again displaces nothing; its newest record counts`() {
        var history = SessionKeyHistory()
        history.record(key("a"), now: 0)
        history.record(key("b"), now: 1)
        history.record(key("b", sealedAs: "b again"), now: 2)
        #expect(names(history, now: 2) == ["b again", "a"])
    }

    @Test func `a key that comes back is not kept twice`() {
        var history = SessionKeyHistory()
        for (time, name) in ["a", "b", "a"].enumerated() { history.record(key(name), now: Int64(time)) }
        #expect(names(history, now: 3) == ["a", "b"])
    }

    @Test func `a displaced key is of use for three days, to the millisecond`() {
        var history = SessionKeyHistory()
        history.record(key("a"), now: 0)
        history.record(key("b"), now: 1_000)
        let end = 1_000 + 3 * Self.day
        #expect(names(history, now: end - 1) == ["b", "a"])
        #expect(names(history, now: end) == ["b"])
        let hadSomeBefore = history.expire(now: end - 1)
        #expect(!hadSomeBefore && history.displaced.count == 1)
        let hadSome = history.expire(now: end)
        #expect(hadSome && history.displaced.isEmpty)
    }

    @Test func `the newest is kept however old it is`() {
        var history = SessionKeyHistory()
        history.record(key("a"), now: 0)
        history.expire(now: 365 * Self.day)
        #expect(names(history, now: 365 * Self.day) == ["a"])
    }

    @Test func `a login drops what is too old`() {
        var history = SessionKeyHistory()
        history.record(key("a"), now: 0)
        history.record(key("b"), now: 0)
        history.record(key("c"), now: 3 * Self.day)
        #expect(history.displaced.map(\.key) == [key("b")])
    }

    @Test(arguments: [Int64.min, .max]) func `a time that a damaged row gives harms nobody`(displacedAt: Int64) {
        var history = SessionKeyHistory(
            newest: key("b"),
            displaced: [SessionKeyHistory.Displaced(key: key("a"), displacedAt: displacedAt)]
        )
        #expect(names(history, now: Self.day) == (displacedAt < 0 ? ["b"] : ["b", "a"]))
        history.record(key("c"), now: Self.day)
        #expect(history.newest == key("c"))
    }
}
