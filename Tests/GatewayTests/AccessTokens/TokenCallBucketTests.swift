import Testing

@testable import Gateway

@Suite struct TokenCallBucketTests {
    private let begin: Int64 = 1_700_000_000_000

    private func emptied() -> TokenCallBucket {
        var bucket = TokenCallBucket()
        let taken = (0..<60).map { _ in bucket.take(now: begin) }
        #expect(!taken.contains(false))
        return bucket
    }

    @Test func `sixty calls at once, then one a minute`() {
        var bucket = emptied()
        let next = bucket.nextAt(now: begin)
        #expect(next == begin + 60_000)
        let taken = [0, 59_999, 60_000, 60_001].map { bucket.take(now: begin + $0) }
        #expect(taken == [false, false, true, false])
    }

    @Test func `no day has more than 1,500 calls`() {
        var bucket = TokenCallBucket()
        let calls = (0..<86_400).count { bucket.take(now: begin + $0 * 1000) }
        #expect((1_490...1_500).contains(calls))
    }

    @Test func `a reserve is left`() {
        var bucket = TokenCallBucket()
        let taken = (0..<51).map { _ in bucket.take(now: begin, leaving: 10) }
        #expect(taken == Array(repeating: true, count: 50) + [false])
        let last = bucket.take(now: begin)
        #expect(last)
    }

    @Test func `a clock that is set back gives nothing and stops nothing`() {
        var bucket = emptied()
        let back = begin - 3_600_000
        let taken = [back, back + 59_999, back + 60_000].map { bucket.take(now: $0) }
        #expect(taken == [false, false, true])
    }

    @Test(arguments: [(Int.max, Int64.min), (-5, 0), (60, Int64.max)] as [(Int, Int64)])
    func `a damaged level is brought into bounds`(level: Int, countedAt: Int64) {
        var bucket = TokenCallBucket(level: level, countedAt: countedAt)
        _ = bucket.take(now: begin)
        #expect((0...60).contains(bucket.level))
        let next = bucket.nextAt(now: begin)
        #expect(next <= begin + 60_000)
    }
}
