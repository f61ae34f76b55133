import Testing

@testable import SQLiteStore

@Suite struct StoreQueueTests {
    private final class Loop {}
    private let one = Loop()
    private let other = Loop()

    private func request() -> StoreRequest { StoreRequest(.write) }

    @Test func `what a loop asks in one turn is one batch, shown at the turn's end`() throws {
        let queue = StoreQueue(limits: StoreLimits())
        var scheduled = 0
        for _ in 0..<5 {
            #expect(queue.add(request(), inTurnOf: ObjectIdentifier(one)) { scheduled += 1 })
        }
        #expect(scheduled == 1)
        // Who is on no loop does not wait for one.
        #expect(queue.add(request()))
        #expect(queue.take()?.count == 1)
        queue.flush()
        #expect(queue.take()?.count == 5)
        #expect(queue.add(request(), inTurnOf: ObjectIdentifier(one)) { scheduled += 1 })
        #expect(scheduled == 2)
    }

    @Test func `each loop ends its own turn, and the first to do so shows what all have asked`() {
        let queue = StoreQueue(limits: StoreLimits())
        var scheduled: [String] = []
        for (name, loop) in [("one", one), ("other", other), ("other", other), ("one", one)] {
            #expect(queue.add(request(), inTurnOf: ObjectIdentifier(loop)) { scheduled.append(name) })
        }
        #expect(scheduled == ["one", "other", "one"])
        queue.flush()
        #expect(queue.take()?.count == 4)
        // The flushes of the others find nothing, and a close shows what none has shown.
        queue.flush()
        #expect(queue.add(request(), inTurnOf: ObjectIdentifier(one)) {})
        queue.close()
        #expect(queue.take()?.count == 1)
        #expect(queue.take() == nil)
        #expect(!queue.add(request(), inTurnOf: ObjectIdentifier(one)) {})
    }

    @Test func `what is asked in a turn takes its places in the queue`() {
        var limits = StoreLimits()
        limits.queueMax = 3
        let queue = StoreQueue(limits: limits)
        let added = (0..<4).map { _ in queue.add(request(), inTurnOf: ObjectIdentifier(one)) {} }
        #expect(added == [true, true, true, false])
    }

    @Test func `a loop that hangs in its turn keeps nobody from being told`() {
        var limits = StoreLimits()
        limits.waitMax = 0
        let queue = StoreQueue(limits: limits)
        #expect(queue.add(request(), inTurnOf: ObjectIdentifier(one)) {})
        #expect(queue.overdue().count == 1)
    }
}
