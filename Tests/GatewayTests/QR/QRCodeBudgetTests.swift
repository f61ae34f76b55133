import TestSupport
import Testing

@testable import Gateway

@Suite struct QRCodeBudgetTests {
    /// A budget that is asked as tests like to ask.
    private final class Asked {
        private var budget = QRCodeBudget()
        func take(at time: Int64) -> Bool { budget.take(at: time) }
        func next(_ time: Int64) -> Int64 { budget.nextAt(time) }
    }

    @Test func `4,000 calls, then none until the first of them are 60 to 61 seconds old`() {
        let budget = Asked()
        let begin: Int64 = 1_700_000_000_500
        for _ in 0..<QRCodeBudget.callsMax { #expect(budget.take(at: begin)) }
        #expect(!budget.take(at: begin))
        #expect(budget.next(begin) == begin + 60_500)
        #expect(!budget.take(at: begin + 60_499))
        #expect(budget.take(at: begin + 60_500))
    }

    @Test func `with room the next call may be made now`() {
        let budget = Asked()
        #expect(budget.next(-5) == -5)
        #expect(budget.take(at: -5))
        #expect(budget.take(at: 0))
        #expect(budget.next(7) == 7)
    }

    @Test func `after a long rest all are forgotten`() {
        let budget = Asked()
        for _ in 0..<QRCodeBudget.callsMax { _ = budget.take(at: 0) }
        #expect(budget.take(at: 1_000_000_000_000))
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `in no 60 seconds are there more, whenever they are asked for`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var budget = QRCodeBudget()
        var taken: [Int64] = []
        var now: Int64 = 1_700_000_000_000
        var most = 0
        var first = 0
        for _ in 0..<40_000 {
            if Int.random(in: 0..<5_000, using: &random) == 0 { now += Int64.random(in: 0...90_000, using: &random) }
            now += Int64.random(in: 0...20, using: &random)
            if budget.take(at: now) {
                taken.append(now)
            } else {
                let next = budget.nextAt(now)
                #expect(next > now && next <= now + 61_000)
            }
            while first < taken.count, taken[first] <= now - 60_000 { first += 1 }
            most = max(most, taken.count - first)
        }
        #expect(most == QRCodeBudget.callsMax)
    }
}
