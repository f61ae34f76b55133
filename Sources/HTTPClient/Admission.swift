/// Who may run now, who waits for a turn, and who is refused. Decides; knows nothing of transfers.
struct Admission<Entry> {
    /// The decision on a newcomer.
    enum Arrival: Equatable {
        /// It runs; ``leave()`` when it ends.
        case start
        /// It waits in order of arrival; ``leave()`` of another hands it over, ``abandon(ticket:)`` gives up.
        case wait(ticket: UInt64)
        /// Too many run and wait.
        case refuse
    }

    private(set) var inflight = 0
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
    mutating func arrive(_ entry: Entry) -> Arrival {
        if inflight < inflightMax {
            inflight += 1
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
    mutating func leave() -> Entry? {
        precondition(inflight > 0, "more have ended than began")
        while firstTicket < nextTicket {
            let ticket = firstTicket
            firstTicket += 1
            if let entry = waiting.removeValue(forKey: ticket) { return entry }
        }
        inflight -= 1
        return nil
    }

    /// One that waits gives up; nothing happens when it waits no longer.
    mutating func abandon(ticket: UInt64) {
        waiting[ticket] = nil
        if waiting.isEmpty { firstTicket = nextTicket }
    }

    /// Empties the queue.
    mutating func removeAllWaiting() -> [Entry] {
        let entries = waiting.sorted { $0.key < $1.key }.map(\.value)
        waiting.removeAll()
        firstTicket = nextTicket
        return entries
    }
}
