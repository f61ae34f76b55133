/// Who may run now, who waits for a turn, and who is refused. Decides; knows nothing of transfers.
///
/// A class, as the other parts of a client are that each call goes through: the exclusive access to a value with such
/// parts is checked at run time, each time.
final class Admission<Entry> {
    /// The decision on a newcomer.
    enum Arrival: Equatable {
        /// It runs; ``leave()`` when it ends.
        case start
        /// It waits in order of arrival; ``leave()`` of another hands it over, ``abandon(ticket:)`` gives up.
        case wait(ticket: UInt64)
        /// Too many run and wait.
        case refuse
    }

    var inflight: Int { running }
    private var running = 0
    private let inflightMax: Int
    private let waitingMax: Int
    /// The waiting by their tickets, which count up; abandoned tickets leave holes, skipped once.
    private var waiting: [UInt64: Entry] = [:]
    private var firstTicket: UInt64 = 0
    private var nextTicket: UInt64 = 0

    init(inflightMax: Int, waitingMax: Int) {
        precondition(inflightMax > 0 && waitingMax >= 0, "a client that never runs a request")
        self.inflightMax = inflightMax
        self.waitingMax = waitingMax
    }

    /// How many wait.
    var waitingCount: Int { waiting.count }

    /// Decides on a newcomer.
    func arrive(_ entry: Entry) -> Arrival {
        if running < inflightMax {
            running += 1
            return .start
        }
        guard waiting.count < waitingMax else { return .refuse }
        let ticket = nextTicket
        nextTicket += 1
        waiting[ticket] = entry
        return .wait(ticket: ticket)
    }

    /// One that ran has ended.
    ///
    /// - Returns: the one that waited longest, which runs now in its place; nil when nobody waits.
    func leave() -> Entry? {
        precondition(running > 0, "more have ended than began")
        while firstTicket < nextTicket {
            let ticket = firstTicket
            firstTicket += 1
            if let entry = waiting.removeValue(forKey: ticket) { return entry }
        }
        running -= 1
        return nil
    }

    /// One that waits gives up; nothing happens when it waits no longer.
    func abandon(ticket: UInt64) {
        waiting[ticket] = nil
        if waiting.isEmpty { firstTicket = nextTicket }
    }

    /// Empties the queue.
    func removeAllWaiting() -> [Entry] {
        let entries = waiting.sorted { $0.key < $1.key }.map(\.value)
        waiting.removeAll()
        firstTicket = nextTicket
        return entries
    }
}
