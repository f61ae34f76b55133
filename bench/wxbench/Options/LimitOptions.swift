import ArgumentParser

/// What a run must keep to.
struct LimitOptions: ParsableArguments {
    @Option(name: .customLong("p50"), help: "Half of the requests are to take no longer, such as 5ms.")
    var p50: TimeSpan?

    @Option(name: .customLong("p90"), help: "90 of 100 are to take no longer.")
    var p90: TimeSpan?

    @Option(name: .customLong("p99"), help: "99 of 100 are to take no longer, such as 50ms.")
    var p99: TimeSpan?

    @Option(name: .customLong("p99.9"), help: "999 of 1000 are to take no longer.")
    var p999: TimeSpan?

    @Option(help: "No more than this share may fail, such as 0.1%.")
    var errors: ErrorShare?

    @Option(help: "At least so many a second are to succeed.")
    var minRate: Double?

    /// Those that were set.
    var limits: [Limit] {
        var limits: [Limit] = []
        for (name, percentile, span) in [("p50", 50, p50), ("p90", 90, p90), ("p99", 99, p99), ("p99.9", 99.9, p999)] {
            if let span {
                limits.append(
                    Limit(name: name, measure: .latency(percentile: percentile), bound: span.milliseconds)
                )
            }
        }
        if let errors { limits.append(Limit(name: "errors", measure: .errors, bound: errors.share)) }
        if let minRate { limits.append(Limit(name: "min-rate", measure: .rate, bound: minRate)) }
        return limits
    }
}
