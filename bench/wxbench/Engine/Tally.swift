import Histogram

/// How many requests there were, how long they took and what went wrong.
struct Tally: Sendable {
    /// Nanoseconds; what takes longer than an hour counts as an hour.
    static let latencyMax: UInt64 = 3_600_000_000_000
    /// Replies are told apart to 100 ns, more than a clock on a shared machine gives.
    static let latencyStep: UInt64 = 100

    private(set) var count = 0
    /// How often each error occurred, by its name.
    private(set) var errors: [String: Int] = [:]
    /// Of replies that were read, right or wrong, and of time-outs. Refusals are left out: a quick "overloaded" would
    /// make everything look faster.
    private(set) var latencies = Histogram<UInt32>(
        lowestDiscernibleValue: latencyStep,
        highestTrackableValue: latencyMax,
        numberOfSignificantValueDigits: .three
    )

    var errorCount: Int { errors.values.reduce(0, +) }
    var goodCount: Int { count - errorCount }

    mutating func add(_ verdict: Verdict, latency: UInt64) {
        count += 1
        switch verdict {
        case .good: measure(latency)
        case .held: break
        case .wrong:
            errors["wrong_reply", default: 0] += 1
            measure(latency)
        case .refused(let name): errors[name, default: 0] += 1
        case .lost(let reason):
            errors[reason, default: 0] += 1
            if reason == "timeout" { measure(latency) }
        }
    }

    mutating func add(_ other: Tally) {
        count += other.count
        errors.merge(other.errors, uniquingKeysWith: +)
        latencies.add(other.latencies)
    }

    mutating func reset() {
        guard count > 0 else { return }
        count = 0
        errors = [:]
        latencies.reset()
    }

    /// Milliseconds that this share of the requests did not exceed; nil when none was measured.
    func milliseconds(atPercentile percentile: Double) -> Double? {
        guard latencies.totalCount > 0 else { return nil }
        return Double(min(latencies.valueAtPercentile(percentile), latencies.maxRecorded)) / 1e6
    }

    var maxMilliseconds: Double? { latencies.totalCount > 0 ? Double(latencies.maxRecorded) / 1e6 : nil }
    var meanMilliseconds: Double? { latencies.totalCount > 0 ? latencies.mean / 1e6 : nil }

    private mutating func measure(_ latency: UInt64) { latencies.record(min(latency, Self.latencyMax)) }
}
