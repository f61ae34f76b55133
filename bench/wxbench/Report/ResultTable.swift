/// A result for people.
enum ResultTable {
    static func text(_ result: RunResult) -> String {
        let early = result.interrupted ? ", ended early" : ""
        var text = "wxbench \(result.scenario) against \(result.options["url"] ?? "?")\(early)\n\n"
        let rows = rows(result)
        var table = TextTable(rows[0])
        for row in rows.dropFirst() { table.add(row) }
        text += table.text + "\n"
        if let peer = result.peer {
            let rows = peer.rows
            var table = TextTable(rows[0])
            for row in rows.dropFirst() { table.add(row) }
            text += table.text + "\n"
        }
        for line in facts(result) { text += "\(line)\n" }
        for limit in result.limits {
            text += "limit \(limit.name) \(limit.bound): \(limit.kept ? "kept" : "MISSED"), \(limit.actual)\n"
        }
        return text
    }

    /// Phases and kinds, with a head.
    static func rows(_ result: RunResult) -> [[String]] {
        var rows = [["", "count", "a second", "p50 ms", "p90", "p99", "p99.9", "max", "errors"]]
        for phase in result.phases {
            for kind in phase.kinds where kind.count > 0 || (phase.measured && kind.counted) {
                rows.append(row(kind, of: phase, in: result))
            }
        }
        return rows
    }

    /// What else is to be said, a line each.
    static func facts(_ result: RunResult) -> [String] {
        var lines = errors(result) + gateway(result)
        for note in result.notes { lines.append("\(note.name): \(note.text)") }
        var own = "load generator: \(Figures.fixed(result.generator.busyShare * 100, digits: 0))% of its loops"
        if let cost = result.generator.cpuMicrosecondsPerRequest {
            own += ", \(Figures.fixed(cost, digits: 1)) µs CPU a request"
        }
        // A loop that has no time left measures itself.
        if result.generator.busyShare > 0.85 { own += "; it may have been the slower one: try --loops" }
        lines.append(own)
        for example in result.wrongReplies { lines.append("wrong reply: \(example)") }
        return lines
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

    private static func errors(_ result: RunResult) -> [String] {
        var lines: [String] = []
        for phase in result.phases {
            for kind in phase.kinds where !kind.errors.isEmpty {
                let all = kind.errors.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                let list = all.map { "\($0.key) \(Figures.grouped($0.value))" }.joined(separator: ", ")
                lines.append("errors of \(kind.name), \(phase.name): \(list)")
            }
        }
        return lines
    }

    private static func gateway(_ result: RunResult) -> [String] {
        var lines: [String] = []
        for phase in result.measuredPhases {
            guard let usage = phase.gateway else { continue }
            let name = result.measuredPhases.count > 1 ? ", \(phase.name)" : ""
            var line = "gateway (process \(usage.pid)\(name)): "
            if let cost = usage.cpuMicrosecondsPerRequest {
                line += "\(Figures.fixed(cost, digits: 1)) µs CPU a request, "
            }
            let share = phase.seconds > 0 ? usage.cpuSeconds / phase.seconds * 100 : 0
            line += "\(Figures.fixed(share, digits: 0))% of a processor, "
            line += "resident \(Figures.bytes(Double(usage.residentBytesAtStart)))"
            lines.append(line + " to \(Figures.bytes(Double(usage.residentBytesAtEnd)))")
        }
        return lines.isEmpty ? ["gateway's CPU time and memory: its process is not known (--pid)"] : lines
    }
}
