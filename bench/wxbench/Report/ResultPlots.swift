/// The plots of a report, of one run or of two beside each other.
struct ResultPlots {
    /// Those of the page's palette.
    private static let colors = 4

    private let results: [RunResult]

    init(_ results: [RunResult]) { self.results = results }

    var html: String { [latencies, throughput, latencyOverTime, cpu, memory].compactMap { $0?.html }.joined() }

    /// What tells the runs apart in legends: nothing for one.
    private func label(_ index: Int) -> String { results.count > 1 ? "\(["A", "B"][min(index, 1)]): " : "" }

    /// Latency by percentile: counted kinds of the measured phases.
    var latencies: Plot? {
        var curves: [Plot.Curve] = []
        for (index, result) in results.enumerated() {
            for phase in result.measuredPhases {
                for kind in phase.kinds where kind.counted {
                    guard let latency = kind.latency else { continue }
                    let name = result.measuredPhases.count > 1 ? "\(kind.name), \(phase.name)" : kind.name
                    curves.append(
                        Plot.Curve(
                            name: label(index) + name,
                            color: (results.count > 1 ? index : curves.count) % Self.colors,
                            // Of one run more kinds than colours; of two the colours say which run it is.
                            isDashed: results.count == 1 && curves.count >= Self.colors,
                            points: latency.ladder.filter { $0[0] < 100 }.map { ($0[0], $0[1]) }
                        )
                    )
                }
            }
        }
        let points = curves.flatMap(\.points)
        guard let low = points.compactMap(\.y).min(), let high = points.compactMap(\.y).max() else { return nil }
        return Plot(
            title: "Latency by percentile",
            xLabel: "percentile of requests",
            yLabel: "milliseconds",
            x: .percentile(upTo: points.map(\.x).max() ?? 99),
            y: .logarithmic(from: low, to: high),
            curves: curves
        )
    }

    private var throughput: Plot? {
        var all = curves("requests") { $0.perSecond }
        if results.contains(where: { $0.series.contains { $0.errors > 0 } }) {
            for (index, curve) in curves("errors", { Double($0.errors) }).enumerated() {
                all.append(Plot.Curve(name: curve.name, color: 1 + 2 * index, isDashed: true, points: curve.points))
            }
        }
        return overTime("Throughput over time", "a second", all)
    }

    private var latencyOverTime: Plot? {
        var all = curves("p50") { $0.p50 }
        for (index, curve) in curves("p99", { $0.p99 }).enumerated() {
            all.append(
                Plot.Curve(name: curve.name, color: results.count > 1 ? index : 1, isDashed: true, points: curve.points)
            )
        }
        return overTime("Latency over time", "milliseconds", all)
    }

    private var cpu: Plot? {
        overTime("CPU time of the gateway", "% of a processor", curves("cpu") { $0.cpu.map { $0 * 100 } })
    }

    private var memory: Plot? {
        overTime(
            "Resident memory of the gateway",
            "MiB",
            curves("resident", ofTurns: false) { $0.residentBytes.map { Double($0) / 1_048_576 } }
        )
    }

    /// - Parameter isOfTurns: whether there is nothing to show while it is the peer's turn.
    private func curves(
        _ name: String,
        ofTurns isOfTurns: Bool = true,
        _ value: (SeriesPoint) -> Double?
    ) -> [Plot.Curve] {
        results.enumerated().map { index, result in
            Plot.Curve(
                name: label(index) + name,
                color: index,
                points: result.series.map { ($0.second, isOfTurns && $0.phase == Phase.peer ? nil : value($0)) }
            )
        }
    }

    private func overTime(_ title: String, _ yLabel: String, _ curves: [Plot.Curve]) -> Plot? {
        let points = curves.flatMap(\.points)
        guard let end = points.map(\.x).max(), let high = points.compactMap(\.y).max() else { return nil }
        return Plot(
            title: title,
            xLabel: "seconds",
            yLabel: yLabel,
            x: AxisScale(kind: .linear, low: 0, high: max(end, 1)),
            y: .linear(upTo: high),
            curves: curves,
            bands: bands
        )
    }

    /// The phases of a single run; two runs have two timelines.
    private var bands: [Plot.Band] {
        guard results.count == 1, let result = results.first, result.phases.count > 1 else { return [] }
        if let peer = result.peer {
            return peer.rounds.map { round in
                let from = round.peerStartSeconds
                return Plot.Band(name: Phase.peer, from: from, to: from + round.peerSeconds, isShaded: true)
            }
        }
        return result.phases.enumerated().map { index, phase in
            Plot.Band(
                name: phase.name,
                from: phase.startSeconds,
                to: phase.startSeconds + phase.seconds,
                isShaded: index % 2 == 0
            )
        }
    }
}
