import TestSupport
import Testing

@testable import UV

@Suite struct DeadlineSlotsTests {
    private func make(_ count: Int) -> [Deadline] { (0..<count).map { _ in Deadline {} } }

    @Test func `a deadline is due at its tick, not before, and once`() {
        var slots = DeadlineSlots(now: 100)
        let deadline = Deadline {}
        slots.schedule(deadline, at: 105)
        #expect(slots.advance(to: 104).isEmpty)
        #expect(slots.advance(to: 105).first === deadline)
        #expect(slots.advance(to: 300).isEmpty)
        #expect(slots.count == 0)
    }

    @Test func `a deadline moved later waits for the later tick`() {
        var slots = DeadlineSlots(now: 0)
        let deadline = Deadline {}
        slots.schedule(deadline, at: 5)
        slots.schedule(deadline, at: 50)
        #expect(slots.advance(to: 49).isEmpty)
        #expect(slots.advance(to: 50).count == 1)
    }

    @Test func `a deadline moved earlier is due at the earlier tick`() {
        var slots = DeadlineSlots(now: 0)
        let deadline = Deadline {}
        slots.schedule(deadline, at: 50)
        slots.schedule(deadline, at: 5)
        #expect(slots.advance(to: 5).count == 1)
        #expect(slots.count == 0)
    }

    @Test func `a deadline beyond one revolution waits its rounds`() {
        var slots = DeadlineSlots(now: 0)
        let far = Deadline {}
        slots.schedule(far, at: 5000)
        for tick in 1..<UInt64(5000) { #expect(slots.advance(to: tick).isEmpty) }
        #expect(slots.advance(to: 5000).count == 1)
    }

    @Test func `cancelling in any order keeps the others`() {
        var slots = DeadlineSlots(now: 0)
        let all = make(10)
        for deadline in all { slots.schedule(deadline, at: 7) }
        for index in [0, 9, 4, 4] { slots.cancel(all[index]) }
        #expect(slots.count == 7)
        let due = slots.advance(to: 7)
        #expect(due.count == 7)
        #expect(!due.contains { $0 === all[0] || $0 === all[9] || $0 === all[4] })
    }

    @Test func `a long pause expires everything that became due`() {
        var slots = DeadlineSlots(now: 0)
        let all = make(3000)
        for (index, deadline) in all.enumerated() { slots.schedule(deadline, at: UInt64(index + 1)) }
        #expect(slots.advance(to: 1_000_000).count == 3000)
        #expect(slots.count == 0)
    }

    @Test func `random operations agree with a plain list`() {
        var generator = SeededGenerator(seed: 1)
        var slots = DeadlineSlots(now: 0)
        let all = make(200)
        var model: [Int: UInt64] = [:]
        var now: UInt64 = 0
        for _ in 0..<20_000 {
            let index = Int.random(in: 0..<all.count, using: &generator)
            switch Int.random(in: 0..<10, using: &generator) {
            case 0...5:
                let tick = now + UInt64.random(in: 1...3000, using: &generator)
                slots.schedule(all[index], at: tick)
                model[index] = tick
            case 6, 7:
                slots.cancel(all[index])
                model[index] = nil
            default:
                now += UInt64.random(in: 1...400, using: &generator)
                let due = Set(slots.advance(to: now).map(ObjectIdentifier.init))
                let expected = model.filter { $0.value <= now }.keys
                #expect(due == Set(expected.map { ObjectIdentifier(all[$0]) }))
                for key in Array(expected) { model[key] = nil }
            }
            #expect(slots.count == model.count)
        }
    }
}
