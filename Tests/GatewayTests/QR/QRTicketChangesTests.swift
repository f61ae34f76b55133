import Synchronization
import TestSupport
import Testing
import UV

@testable import Gateway

@Suite struct QRTicketChangesTests {
    private final class Log: Sendable {
        let ids = Mutex<[QRTicketID]>([])
        var count: Int { ids.withLock { $0.count } }
    }

    @Test func `a ticket has eight places, whoever takes them, and each that is given back is good again`()
        async throws
    {
        try await withLoop { actor in
            let changes = QRTicketChanges()
            let loops = (0..<3).map { _ in changes.add(.init(loop: actor.loop) { _ in }) }
            #expect(loops == [0, 1, 2])
            let (one, two) = (try FakeTickets.id(1), try FakeTickets.id(2))
            for place in 0..<8 { #expect(changes.enter(one, on: loops[place % 3])) }
            #expect(loops.allSatisfy { !changes.enter(one, on: $0) })
            #expect(changes.enter(two, on: 0))
            changes.leave(one, on: 2)
            #expect(changes.enter(one, on: 0) && !changes.enter(one, on: 2))
            // Of loop 2 there is one left: a leave too many takes nobody's place.
            for _ in 0..<3 { changes.leave(one, on: 2) }
            #expect(changes.enter(one, on: 1) && !changes.enter(one, on: 1))
            for loop in loops { for _ in 0..<8 { changes.leave(one, on: loop) } }
            #expect(changes.ticketCount == 1)
            changes.leave(two, on: 0)
            changes.leave(two, on: 0)
            #expect(changes.ticketCount == 0)
        }
    }

    @Test func `a loop is told once a change, at once on itself, while it has a poll of the ticket`() async throws {
        try await withLoop { here in
            let there = try EventLoopThread(name: "other")
            let changes = QRTicketChanges()
            let (near, far) = (Log(), Log())
            let nearLoop = changes.add(.init(loop: here.loop) { id in near.ids.withLock { $0.append(id) } })
            let farLoop = changes.add(
                .init(loop: there.loop) { id in
                    #expect(there.loop.isOnLoop)
                    far.ids.withLock { $0.append(id) }
                }
            )
            let id = try FakeTickets.id(1)
            changes.announce(id)
            #expect(changes.enter(id, on: nearLoop) && changes.enter(id, on: nearLoop))
            changes.announce(id)
            #expect(near.count == 1 && far.count == 0)
            #expect(changes.enter(id, on: farLoop))
            changes.leave(id, on: nearLoop)
            changes.announce(id)
            #expect(near.count == 2)
            #expect(await offPool { comesTrue { far.count == 1 } })
            changes.leave(id, on: nearLoop)
            changes.announce(id)
            changes.announce(try FakeTickets.id(2))
            #expect(near.count == 2)
            #expect(await offPool { comesTrue { far.count == 2 } })
            _ = await joined(there)
            // To a loop that has ended: dropped.
            changes.announce(id)
            #expect(far.count == 2)
        }
    }
}
