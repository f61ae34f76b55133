import Testing

@testable import Gateway

@Suite struct QRCodePoolWalkTests {
    @Test(arguments: 1...16 as ClosedRange<UInt64>)
    func `whatever WeChat does: no call beyond the budget, in order, nobody forgotten, no code twice`(seed: UInt64) {
        var walk = QRCodePoolWalk(seed: seed)
        walk.run(seconds: 400)
        #expect(walk.failure == nil, "seed \(seed)")
        // It was no calm time.
        let counts = walk.counts
        #expect(counts.served > 300 && counts.refused > 300 && counts.left > 0, "seed \(seed): \(counts)")
    }

    @Test func `a long rush is served up to 4,000 a minute and refused above`() throws {
        var fixture = QRCodeMachineFixture(size: 16)
        // 100 people a second for ten minutes, of a WeChat that takes 100 ms.
        for _ in 0..<6_000 {
            for _ in 0..<10 { fixture.ask() }
            let flying = fixture.flying.count
            fixture.pass(100)
            for _ in 0..<min(flying, fixture.flying.count) { try fixture.arrive() }
        }
        let served = fixture.served.count
        #expect((38_000...44_000).contains(served), "\(served)")
        let refused = fixture.told.count { if case .refused(.overBudget) = $0.answer { true } else { false } }
        #expect(refused > 15_000 && served + refused + fixture.machine.waiting.count == 60_000)
    }
}
