import Histogram

/// Counts what became of requests, by phase and kind, and apart from that by second. Loop-confined.
final class Recorder {
    private let kinds: [KindOfRequest]
    private var timeline: Timeline?
    private(set) var totals: [[Tally]] = []
    private var interval = Tally()
    private(set) var examples = WrongExamples()

    /// - Parameter kinds: all of the run; tickets name them by their place.
    init(kinds: [KindOfRequest]) {
        self.kinds = kinds
    }

    /// From now on requests count; those that start before the first phase never do.
    func begin(_ timeline: Timeline) {
        self.timeline = timeline
        totals = timeline.phases.map { _ in kinds.map { _ in Tally() } }
    }

    /// Notes what became of a request.
    ///
    /// - Parameters:
    ///   - intended: when it was meant to start; decides its phase and its latency.
    ///   - finished: when its reply was there.
    func record(kind: Int, intended: UInt64, finished: UInt64, _ verdict: Verdict) {
        guard let timeline, let phase = timeline.phase(at: intended) else { return }
        let latency = finished > intended ? finished - intended : 0
        totals[phase][kind].add(verdict, latency: latency)
        if kinds[kind].isCounted { interval.add(verdict, latency: latency) }
        if case .wrong(let text) = verdict { examples.add("\(kinds[kind].name): \(text)") }
    }

    /// What was counted since the last call.
    func takeInterval() -> Tally {
        let taken = interval
        interval.reset()
        return taken
    }
}

/// A kind of request, and whether it is what the run is about.
struct KindOfRequest: Equatable, Sendable {
    var name: String
    /// Whether live figures and limits look at it; a sampled check beside the logins is none of those.
    var isCounted = true
    /// Whether the peer answers it.
    var isPeers = false

    /// What the peer is asked for, which limits and live figures leave out.
    static func peer(_ name: String) -> KindOfRequest { KindOfRequest(name: name, isCounted: false, isPeers: true) }
}

/// A few replies that said something wrong, for people to start from.
struct WrongExamples: Sendable {
    static let shownMax = 5

    private(set) var texts: [String] = []

    mutating func add(_ text: String) {
        if texts.count < Self.shownMax { texts.append(text) }
    }

    mutating func add(_ other: WrongExamples) {
        for text in other.texts { add(text) }
    }
}
