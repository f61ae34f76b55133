internal import Synchronization
internal import UV

/// Tells parked polls, on whatever loop they are, that their ticket has changed. One instance a gateway; any thread.
///
/// Knows only which loops wait for a ticket; each loop knows its polls (``ParkedPolls``).
final class QRTicketChanges: Sendable {
    /// What a loop wants to be told.
    struct Listener: Sendable {
        let loop: EventLoop
        let changed: @Sendable (QRTicketID) -> Void
    }

    private let listeners = Mutex<[Listener]>([])
    /// The loops with polls of a ticket, as places in `listeners`.
    private let waiting = Mutex<[QRTicketID: [Int]]>([:])

    /// Adds a loop; before its first poll.
    ///
    /// - Returns: its number.
    func add(_ listener: Listener) -> Int {
        listeners.withLock {
            $0.append(listener)
            return $0.count - 1
        }
    }

    /// From now on the loop is told about this ticket. On the loop.
    func wait(_ id: QRTicketID, on loop: Int) {
        waiting.withLock { $0[id, default: []].append(loop) }
    }

    /// The loop has no poll of this ticket any more. On the loop.
    func stopWaiting(_ id: QRTicketID, on loop: Int) {
        waiting.withLock { waiting in
            guard var loops = waiting[id] else { return }
            loops.removeAll { $0 == loop }
            waiting[id] = loops.isEmpty ? nil : loops
        }
    }

    /// A ticket has changed: tells every loop that waits for it, without a hop the one that calls. Any thread.
    func announce(_ id: QRTicketID) {
        guard let loops = waiting.withLock({ $0[id] }) else { return }
        let listeners = listeners.withLock { all in loops.map { all[$0] } }
        for listener in listeners {
            if listener.loop.isOnLoop {
                listener.changed(id)
            } else {
                listener.loop.execute { listener.changed(id) }
            }
        }
    }
}
