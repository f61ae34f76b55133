/// A part of a run with figures of its own.
struct Phase: Equatable, Sendable {
    var name: String
    /// Seconds.
    var duration: Double
    /// Whether limits and summary look at it; a warm-up is only shown.
    var isMeasured = true
}

/// When the phases of a run begin and end, on ``MonotonicClock``.
struct Timeline: Sendable {
    let phases: [Phase]
    let start: UInt64
    /// The ends of the phases.
    private let ends: [UInt64]

    init(_ phases: [Phase], from start: UInt64) {
        self.phases = phases
        self.start = start
        var end = start
        ends = phases.map { phase in
            end += MonotonicClock.nanoseconds(phase.duration)
            return end
        }
    }

    var end: UInt64 { ends.last ?? start }

    /// The phase to which a moment belongs; the end of the last one is the last one's.
    func phase(at moment: UInt64) -> Int? {
        guard moment >= start, moment <= end else { return nil }
        return ends.firstIndex { moment < $0 } ?? (ends.isEmpty ? nil : ends.count - 1)
    }

    func beginning(of phase: Int) -> UInt64 { phase == 0 ? start : ends[phase - 1] }

    func end(of phase: Int) -> UInt64 { ends[phase] }
}
