import HTTP

/// A workload that makes requests only when it is its turn. Loop-confined, for closed loops.
final class TurnWorkload: Workload {
    private let inner: any Workload
    private let timeline: Timeline
    private let isPeer: Bool

    /// - Parameter isPeer: whether its requests go to the peer.
    init(_ inner: any Workload, ofPeer isPeer: Bool, on timeline: Timeline) {
        self.inner = inner
        self.isPeer = isPeer
        self.timeline = timeline
    }

    func prepare(into request: inout [UInt8], at now: UInt64) -> NextRequest {
        // Loads may start a moment early: timers are exact to milliseconds.
        guard let phase = timeline.phase(at: max(now, timeline.start)) else { return .finished }
        if timeline.phases[phase].isTurn(ofPeer: isPeer) { return inner.prepare(into: &request, at: now) }
        let next = timeline.phases.indices.dropFirst(phase + 1).first { timeline.phases[$0].isTurn(ofPeer: isPeer) }
        return next.map { .later(timeline.beginning(of: $0)) } ?? .finished
    }

    func judge(_ reply: ParsedResponse, of ticket: Ticket, at now: UInt64) -> Verdict {
        inner.judge(reply, of: ticket, at: now)
    }

    func lost(_ ticket: Ticket, at now: UInt64) { inner.lost(ticket, at: now) }

    func followUp(of ticket: Ticket, into request: inout [UInt8]) -> Ticket? {
        inner.followUp(of: ticket, into: &request)
    }
}
