import Testing

@testable import HTTPClient

@Suite struct IdlePoolTests {
    private let isAny: (Int) -> Bool = { _ in true }

    @Test func `the one used last is taken first`() {
        let pool = IdlePool<Int>(countMax: 3, ageMillisecondsMax: 100)
        for member in 1...3 { #expect(pool.put(member, now: UInt64(member)) == nil) }
        #expect(pool.take(now: 4, where: isAny) == 3)
        #expect(pool.take(now: 4, where: isAny) == 2)
        #expect(pool.count == 1)
        let fitting4 = pool.take(now: 4, where: { $0 == 9 })
        #expect(fitting4 == nil)
        #expect(pool.take(now: 4, where: isAny) == 1)
        #expect(pool.take(now: 4, where: isAny) == nil)
    }

    @Test func `one that does not fit is left for others`() {
        let pool = IdlePool<Int>(countMax: 3, ageMillisecondsMax: 100)
        for member in 1...3 { _ = pool.put(member, now: 0) }
        let fitting1 = pool.take(now: 1, where: { $0 != 3 })
        #expect(fitting1 == 2)
        #expect(pool.take(now: 1, where: isAny) == 3)
    }

    @Test func `one more than may wait sends the oldest away`() {
        let pool = IdlePool<Int>(countMax: 2, ageMillisecondsMax: 100)
        #expect(pool.put(1, now: 0) == nil)
        #expect(pool.put(2, now: 0) == nil)
        #expect(pool.put(3, now: 0) == 1)
        #expect(pool.count == 2)
    }

    @Test func `one that is too old is not taken`() {
        let pool = IdlePool<Int>(countMax: 2, ageMillisecondsMax: 100)
        _ = pool.put(1, now: 0)
        _ = pool.put(2, now: 50)
        #expect(pool.take(now: 149, where: isAny) == 2)
        #expect(pool.take(now: 99, where: isAny) == 1)
        _ = pool.put(3, now: 200)
        #expect(pool.take(now: 300, where: isAny) == nil)
    }

    @Test func `those of one kind go together`() {
        let pool = IdlePool<Int>(countMax: 4, ageMillisecondsMax: 100)
        for member in 1...4 { _ = pool.put(member, now: 0) }
        let even = pool.removeAll { $0 % 2 == 0 }
        #expect(even == [2, 4])
        #expect(pool.count == 2)
        let none = pool.removeAll { $0 == 7 }
        #expect(none.isEmpty)
    }
}
