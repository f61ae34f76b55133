import TestSupport
import Testing

@testable import UV

@Suite struct LocalQueueTests {
    @Test func `what goes in first comes out first, through any mix of both`() {
        var generator = SeededGenerator(seed: 3)
        var queue = LocalQueue<Int>()
        var model: [Int] = []
        var next = 0
        for round in 0..<60 {
            // Rounds that grow alternate with rounds that shrink, so that the compaction happens in both.
            let growth = round.isMultiple(of: 2) ? 7 : 3
            for _ in 0..<1_000 {
                if Int.random(in: 0..<10, using: &generator) < growth {
                    queue.append(next)
                    model.append(next)
                    next += 1
                } else {
                    #expect(queue.popFirst() == (model.isEmpty ? nil : model.removeFirst()))
                }
                #expect(queue.isEmpty == model.isEmpty)
            }
        }
        while let element = queue.popFirst() { #expect(element == model.removeFirst()) }
        #expect(model.isEmpty && queue.isEmpty)
    }

    @Test func `an empty queue gives nothing, again and again`() {
        var queue = LocalQueue<Int>()
        #expect(queue.popFirst() == nil)
        queue.append(1)
        #expect(queue.popFirst() == 1)
        #expect(queue.popFirst() == nil && queue.isEmpty)
    }

    @Test(arguments: [1, 2_000]) func `what was taken is not kept alive`(count: Int) {
        final class Thing {}
        var queue = LocalQueue<Thing>()
        weak var first: Thing?
        do {
            let thing = Thing()
            first = thing
            queue.append(thing)
        }
        for _ in 0..<count { queue.append(Thing()) }
        #expect(first != nil)
        _ = queue.popFirst()
        #expect(first == nil)
    }
}
