internal import Synchronization
internal import UV

/// Tells parked polls, on whatever loop they are, that their ticket has changed. One instance a gateway; any thread.
///
/// Knows only which loops have polls of a ticket, and how many; each loop knows its polls (``ParkedPolls``).
final class QRTicketChanges: Sendable {
    /// What a loop wants to be told.
    struct Listener: Sendable {
        let loop: EventLoop
        let changed: @Sendable (QRTicketID) -> Void
    }

    /// Parked polls of one ticket, over all loops (contract section 4). A browser has one, or a few tabs of the same
    /// page, and for a moment those that it has given up.
    static let pollsMax = 8

    /// The loops of a ticket's polls, one place a poll: a value without heap memory, because most tickets have one poll.
    private struct Places {
        private static let free = UInt16.max
        private var loops = SIMD8<UInt16>(repeating: free)

        init() {}

        var isEmpty: Bool { indices.allSatisfy { loops[$0] == Self.free } }

        mutating func enter(_ loop: UInt16) -> Bool { replace(Self.free, by: loop) }
        mutating func leave(_ loop: UInt16) { _ = replace(loop, by: Self.free) }

        /// Each loop once.
        var distinct: Set<UInt16> { Set(indices.map { loops[$0] }).subtracting([Self.free]) }

        private var indices: Range<Int> { 0..<pollsMax }

        private mutating func replace(_ old: UInt16, by new: UInt16) -> Bool {
            guard let index = indices.first(where: { loops[$0] == old }) else { return false }
            loops[index] = new
            return true
        }
    }

    private let listeners = Mutex<[Listener]>([])
    private let waiting = Mutex<[QRTicketID: Places]>([:])

    /// Adds a loop; before its first poll. There are fewer than 65,535.
    ///
    /// - Returns: its number.
    func add(_ listener: Listener) -> UInt16 {
        listeners.withLock {
            $0.append(listener)
            return UInt16($0.count - 1)
        }
    }

    /// Takes a place for a poll on this loop, which is told about the ticket from now on; false when the ticket has
    /// ``pollsMax`` already. Each success is paired with one ``leave(_:on:)``.
    func enter(_ id: QRTicketID, on loop: UInt16) -> Bool {
        waiting.withLock { $0[id, default: Places()].enter(loop) }
    }

    /// Gives the place of one poll on this loop back.
    func leave(_ id: QRTicketID, on loop: UInt16) {
        waiting.withLock { waiting in
            guard var places = waiting[id] else { return }
            places.leave(loop)
            waiting[id] = places.isEmpty ? nil : places
        }
    }

    /// Tickets with a poll. For tests.
    var ticketCount: Int { waiting.withLock { $0.count } }

    /// A ticket has changed: tells every loop that has a poll of it, without a hop the one that calls. Any thread.
    ///
    /// After the change is in the store: who is told reads it there.
    func announce(_ id: QRTicketID) {
        guard let loops = waiting.withLock({ $0[id] })?.distinct else { return }
        let listeners = listeners.withLock { all in loops.map { all[Int($0)] } }
        for listener in listeners {
            if listener.loop.isOnLoop {
                listener.changed(id)
            } else {
                listener.loop.execute { listener.changed(id) }
            }
        }
    }
}
