import Synchronization
import TestSupport
import Testing

@testable import Gateway

/// So many in a minute.
@Suite struct MinuteLimiterTests {
    /// Some whole minute of Unix time, in milliseconds.
    private static let minute: Int64 = 1_700_000_040_000

    @Test func `the limit is let through and the next one waits until the first is a minute old`() {
        let limiter = MinuteLimiter<Int>(limit: 3)
        for _ in 0..<3 { #expect(limiter.take(1, now: Self.minute) == nil) }
        #expect(limiter.take(1, now: Self.minute) == 60)
        #expect(limiter.isExhausted(1, now: Self.minute) == 60)
        #expect(limiter.take(1, now: Self.minute + 58_500) == 2)
        #expect(limiter.take(1, now: Self.minute + 59_999) == 1)
        #expect(limiter.isExhausted(1, now: Self.minute + 60_000) == nil)
        #expect(limiter.take(1, now: Self.minute + 60_000) == nil)
    }

    @Test func `each key has its own limit`() {
        let limiter = MinuteLimiter<String>(limit: 1)
        #expect(limiter.take("a", now: Self.minute) == nil)
        #expect(limiter.take("b", now: Self.minute) == nil)
        #expect(limiter.take("a", now: Self.minute) != nil)
        #expect(limiter.isExhausted("c", now: Self.minute) == nil)
    }

    @Test func `a limit of 0 is none`() {
        let limiter = MinuteLimiter<Int>(limit: 0)
        for _ in 0..<1000 { #expect(limiter.take(1, now: Self.minute) == nil) }
        #expect(limiter.isExhausted(1, now: Self.minute) == nil)
        #expect(limiter.count == 0)
    }

    @Test func `asking counts nothing`() {
        let limiter = MinuteLimiter<Int>(limit: 1)
        for _ in 0..<9 { #expect(limiter.isExhausted(1, now: Self.minute) == nil) }
        #expect(limiter.take(1, now: Self.minute) == nil)
        #expect(limiter.isExhausted(1, now: Self.minute) != nil)
    }

    @Test func `who is refused does not wait longer for it`() {
        let limiter = MinuteLimiter<Int>(limit: 1)
        #expect(limiter.take(1, now: Self.minute) == nil)
        for second in 1..<60 { #expect(limiter.take(1, now: Self.minute + Int64(second) * 1000) != nil) }
        #expect(limiter.take(1, now: Self.minute + 60_000) == nil)
    }

    @Test(arguments: 0..<20)
    func `no minute of the clock sees more than the limit, and what is told to wait is then let through`(_ seed: UInt64)
    {
        var random = SeededGenerator(seed: seed)
        let limit = Int.random(in: 1...20, using: &random)
        let limiter = MinuteLimiter<Int>(limit: limit)
        var now = Self.minute + Int64.random(in: 0..<60_000, using: &random)
        var taken: [Int64: Int] = [:]
        var recent: [Int64] = []
        for _ in 0..<2000 {
            now += Int64.random(in: 0...4000, using: &random)
            if let wait = limiter.take(1, now: now) {
                #expect((1...60).contains(wait))
                // Refused only for what the last minute saw.
                #expect(recent.count { $0 > now - 60_000 } >= limit)
                #expect(limiter.isExhausted(1, now: now + Int64(wait) * 1000) == nil)
                #expect(wait == 1 || limiter.isExhausted(1, now: now + Int64(wait - 1) * 1000) != nil)
            } else {
                taken[now / 60_000, default: 0] += 1
                recent.append(now)
                #expect(recent.count { $0 > now - 55_000 } <= limit)
            }
        }
        #expect(taken.values.allSatisfy { $0 <= limit })
    }

    @Test(arguments: [Int64(0), 1, 4_999, 5_000, 31_234, 59_999])
    func `after a quiet minute all is forgotten, wherever in the clock it began`(offset: Int64) {
        let limiter = MinuteLimiter<Int>(limit: 60)
        let start = Self.minute + offset
        for _ in 0..<60 { #expect(limiter.take(1, now: start) == nil) }
        for _ in 0..<60 { #expect(limiter.take(1, now: start + 60_000) == nil) }
        #expect(limiter.take(1, now: start + 60_000) != nil)
    }

    @Test func `a clock that is set back locks nobody out, and one that jitters forgets nothing`() {
        let limiter = MinuteLimiter<Int>(limit: 1)
        #expect(limiter.take(1, now: Self.minute) == nil)
        #expect(limiter.take(1, now: Self.minute - 1) == 60)
        #expect(limiter.take(1, now: Self.minute - 3_600_000) == nil)
        #expect(limiter.take(1, now: Self.minute - 3_600_000) == 60)
        #expect(limiter.take(1, now: Self.minute + 3_600_000) == nil)
    }

    @Test func `keys that are quiet for two minutes are gone without being looked for`() {
        let limiter = MinuteLimiter<Int>(limit: 5)
        for key in 0..<1000 { #expect(limiter.take(key, now: Self.minute) == nil) }
        #expect(limiter.take(-1, now: Self.minute + 60_000) == nil)
        #expect(limiter.take(-1, now: Self.minute + 120_000) == nil)
        #expect(limiter.count == 1)
    }

    @Test func `a minute that passes in the table forgets no count of the last one`() {
        let limiter = MinuteLimiter<Int>(limit: 1)
        #expect(limiter.take(0, now: Self.minute) == nil)
        #expect(limiter.take(1, now: Self.minute + 59_000) == nil)
        #expect(limiter.take(2, now: Self.minute + 61_000) == nil)
        #expect(limiter.take(1, now: Self.minute + 62_000) != nil)
        #expect(limiter.isExhausted(1, now: Self.minute + 62_000) != nil)
    }

    @Test func `with too many keys the ones that are quiet longest are forgotten`() {
        let limiter = MinuteLimiter<Int>(limit: 1, keysMax: 100)
        for key in 0..<10_000 {
            #expect(limiter.take(key, now: Self.minute) == nil)
            #expect(limiter.count <= 100)
        }
        for key in 9_950..<10_000 { #expect(limiter.take(key, now: Self.minute) != nil, "\(key)") }
        #expect(limiter.take(0, now: Self.minute) == nil)
    }

    @Test func `threads together get no more than the limit`() async {
        let limiter = MinuteLimiter<Int>(limit: 1000)
        let allowed = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask { (0..<500).count { _ in limiter.take(1, now: Self.minute) == nil } }
            }
            return await group.reduce(0, +)
        }
        #expect(allowed == 1000)
    }
}
