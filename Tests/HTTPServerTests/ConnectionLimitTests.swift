import Synchronization
import TestSupport
import Testing

@testable import HTTPServer

@Suite struct ConnectionLimitTests {
    /// Counts the places that are held at a time.
    private final class Places: Sendable {
        let held = Atomic<Int>(0)
        let most = Atomic<Int>(0)
        let entered = Atomic<Int>(0)

        func hold() {
            most.max(held.add(1, ordering: .relaxed).newValue, ordering: .relaxed)
            entered.add(1, ordering: .relaxed)
            held.subtract(1, ordering: .relaxed)
        }
    }

    @Test func `as many enter as there are places, and one leaving makes room for one`() {
        let limit = ConnectionLimit(maximum: 2)
        #expect(limit.enter() && limit.enter())
        #expect(!limit.enter())
        #expect(limit.count == 2)
        limit.leave()
        #expect(limit.enter())
        #expect(!limit.enter())
        limit.leave()
        limit.leave()
        #expect(limit.count == 0)
    }

    @Test func `no place at all is possible`() {
        let limit = ConnectionLimit(maximum: 0)
        #expect(!limit.enter())
        #expect(limit.count == 0)
    }

    @Test func `threads never hold more places together than there are`() async {
        let limit = ConnectionLimit(maximum: 3)
        let places = Places()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    await offPool {
                        for _ in 0..<20_000 where limit.enter() {
                            places.hold()
                            limit.leave()
                        }
                    }
                }
            }
        }
        #expect(places.most.load(ordering: .relaxed) <= 3)
        #expect(places.entered.load(ordering: .relaxed) > 0)
        #expect(limit.count == 0)
    }
}
