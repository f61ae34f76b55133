/// What a run must keep to; missing one is exit status 1.
struct Limit: Equatable, Sendable {
    enum Measure: Equatable, Sendable {
        /// Milliseconds at a percentile, at most.
        case latency(percentile: Double)
        /// The share of requests that failed, at most.
        case errors
        /// Requests a second, at least.
        case rate
    }

    /// As on the command line: `p99`.
    var name: String
    var measure: Measure
    var bound: Double

    /// Looks at the counted kinds of the measured phases.
    func check(count: Int, errors: Int, seconds: Double, milliseconds: (Double) -> Double?) -> LimitResult {
        let actual: Double?
        let isKept: Bool
        switch measure {
        case .latency(let percentile):
            actual = milliseconds(percentile)
            // Without any reply there is no latency to be content with.
            isKept = actual.map { $0 <= bound } ?? false
        case .errors:
            actual = count > 0 ? Double(errors) / Double(count) : nil
            isKept = actual.map { $0 <= bound } ?? false
        case .rate:
            actual = seconds > 0 ? Double(count - errors) / seconds : nil
            isKept = actual.map { $0 >= bound } ?? false
        }
        return LimitResult(name: name, bound: text(bound), actual: actual.map(text) ?? "no figure", kept: isKept)
    }

    private func text(_ value: Double) -> String {
        switch measure {
        case .latency: "\(Figures.short(value)) ms"
        case .errors: "\(Figures.short(value * 100, digits: 4))%"
        case .rate: "\(Figures.short(value, digits: 1))/s"
        }
    }
}

/// What became of a limit.
struct LimitResult: Codable, Equatable, Sendable {
    var name: String
    var bound: String
    var actual: String
    var kept: Bool
}
