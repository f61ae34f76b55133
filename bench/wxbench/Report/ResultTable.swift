/// A result for people.
enum ResultTable {
    static func text(_ result: RunResult) -> String {
        var text =
            "wxbench \(result.scenario) against \(result.options["url"] ?? "?")\(result.interrupted ? ", ended early" : "")\n\n"
        var table = TextTable(["", "count", "a second", "p50 ms", "p90", "p99", "p99.9", "max", "errors"])
        for phase in result.phases {
            for kind in phase.kinds where kind.count > 0 || (phase.measured && kind.counted) {
                table.add(row(kind, of: phase, in: result))
            }
        }
        text += table.text
        text += errors(result) + gateway(result)
        for note in result.notes { text += "\(note.name): \(note.text)\n" }
        text += "load generator: \(Figures.fixed(result.generator.busyShare * 100, digits: 0))% of its loops"
        if result.generator.busyShare > 0.85 { text += "; it may have been the slower one: try --loops" }
        text += "\n"
        for example in result.wrongReplies { text += "wrong reply: \(example)\n" }
        for limit in result.limits {
            text += "limit \(limit.name) \(limit.bound): \(limit.kept ? "kept" : "MISSED"), \(limit.actual)\n"
        }
        return text
    }

    /// A phase is named where there are several, and a warm-up always.
    private static func row(_ kind: KindResult, of phase: PhaseResult, in result: RunResult) -> [String] {
        let isNamed = result.measuredPhases.count > 1 || !phase.measured
        var row = [
            isNamed ? "\(phase.name): \(kind.name)" : kind.name, Figures.grouped(kind.count),
            Figures.significant(kind.perSecond),
        ]
        if let latency = kind.latency {
            row += [latency.p50, latency.p90, latency.p99, latency.p999, latency.max].map(Figures.significant)
        } else {
            row += Array(repeating: "-", count: 5)
        }
        return row + [Figures.grouped(kind.errorCount)]
    }

    private static func errors(_ result: RunResult) -> String {
        var text = ""
        for phase in result.phases {
            for kind in phase.kinds where !kind.errors.isEmpty {
                let all = kind.errors.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                let list = all.map { "\($0.key) \(Figures.grouped($0.value))" }.joined(separator: ", ")
                text += "errors of \(kind.name), \(phase.name): \(list)\n"
            }
        }
        return text.isEmpty ? "\n" : "\n" + text
    }

    private static func gateway(_ result: RunResult) -> String {
        var text = ""
        for phase in result.measuredPhases {
            guard let usage = phase.gateway else { continue }
            let name = result.measuredPhases.count > 1 ? ", \(phase.name)" : ""
            text += "gateway (process \(usage.pid)\(name)): "
            if let cost = usage.cpuMicrosecondsPerRequest {
                text += "\(Figures.fixed(cost, digits: 1)) µs CPU a request, "
            }
            let share = phase.seconds > 0 ? usage.cpuSeconds / phase.seconds * 100 : 0
            text += "\(Figures.fixed(share, digits: 0))% of a processor, "
            text += "resident \(Figures.bytes(Double(usage.residentBytesAtStart)))"
            text += " to \(Figures.bytes(Double(usage.residentBytesAtEnd)))\n"
        }
        return text.isEmpty ? "gateway's CPU time and memory: its process is not known (--pid)\n" : text
    }
}
