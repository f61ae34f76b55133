import Histogram

extension LatencyResult {
    /// The percentiles of the curve: dense towards the end, as each further nine is worth as much as the one before.
    static let ladderPercentiles: [Double] = {
        var percentiles: [Double] = [0]
        var left = 100.0
        // 0, then halfway to 100 again and again in four steps each, to 99.9999.
        while left > 0.0001 {
            for step in 1...4 { percentiles.append(100 - left * (1 - Double(step) / 8)) }
            left /= 2
        }
        return percentiles
    }()

    /// nil when nothing was measured.
    init?(_ tally: Tally) {
        guard let p50 = tally.milliseconds(atPercentile: 50), let p90 = tally.milliseconds(atPercentile: 90),
            let p99 = tally.milliseconds(atPercentile: 99), let p999 = tally.milliseconds(atPercentile: 99.9),
            let max = tally.maxMilliseconds, let mean = tally.meanMilliseconds
        else { return nil }
        self.init(mean: mean, p50: p50, p90: p90, p99: p99, p999: p999, max: max, ladder: Self.ladder(tally))
    }

    /// Stops where a further step would stand for less than one request.
    private static func ladder(_ tally: Tally) -> [[Double]] {
        let measured = Double(tally.latencies.totalCount)
        var ladder: [[Double]] = []
        for percentile in ladderPercentiles where (100 - percentile) / 100 * measured >= 1 || percentile == 0 {
            if let milliseconds = tally.milliseconds(atPercentile: percentile) {
                ladder.append([percentile, milliseconds])
            }
        }
        if let max = tally.maxMilliseconds { ladder.append([100, max]) }
        return ladder
    }
}
