/// Two runs beside each other.
struct Comparison {
    let a: RunResult
    let b: RunResult

    init(_ a: RunResult, _ b: RunResult) {
        self.a = a
        self.b = b
    }

    /// Options that change nothing of what is measured.
    private static let indifferent: Set<String> = ["url", "seed", "source_addresses"]

    /// Why the figures are not of the same work on the same machine; empty when they are.
    var differences: [String] {
        var found: [String] = []
        if a.scenario != b.scenario { found.append("scenario \(a.scenario) and \(b.scenario)") }
        for key in Set(a.options.keys).union(b.options.keys).sorted() where !Self.indifferent.contains(key) {
            let (left, right) = (a.options[key] ?? "none", b.options[key] ?? "none")
            if left != right { found.append("\(key) \(left) and \(right)") }
        }
        if a.host.name != b.host.name { found.append("host \(a.host.name) and \(b.host.name)") }
        if a.host.cpus != b.host.cpus { found.append("\(a.host.cpus) and \(b.host.cpus) processors") }
        if a.host.kernel != b.host.kernel { found.append("Linux \(a.host.kernel) and \(b.host.kernel)") }
        if a.interrupted || b.interrupted { found.append("one of them was ended early") }
        return found
    }

    /// A table with a head: figure, A, B, and by how much B differs.
    var rows: [[String]] {
        var rows = [["", "A", "B", "B to A"]]
        for phase in a.measuredPhases {
            guard let other = b.measuredPhases.first(where: { $0.name == phase.name }) else { continue }
            for kind in phase.kinds where kind.counted {
                guard let same = other.kinds.first(where: { $0.name == kind.name }) else { continue }
                let name = a.measuredPhases.count > 1 ? "\(phase.name): \(kind.name)" : kind.name
                rows += Self.rows(name, kind, same)
            }
            if let left = phase.gateway?.cpuMicrosecondsPerRequest, let right = other.gateway?.cpuMicrosecondsPerRequest
            {
                rows.append(Self.row("gateway CPU µs a request", left, right))
            }
        }
        if let left = a.peer, let right = b.peer, left.name == right.name,
            let before = left.medianRatio, let after = right.medianRatio
        {
            rows.append(Self.row("\(left.name), CPU", before, after))
        }
        for note in a.notes {
            guard let other = b.notes.first(where: { $0.name == note.name && $0.unit == note.unit }) else { continue }
            rows.append([note.name, note.text, other.text, Self.change(note.value, other.value)])
        }
        return rows
    }

    private static func rows(_ name: String, _ a: KindResult, _ b: KindResult) -> [[String]] {
        var rows = [row("\(name) a second", a.perSecond, b.perSecond)]
        if let left = a.latency, let right = b.latency {
            rows.append(row("\(name) p50 ms", left.p50, right.p50))
            rows.append(row("\(name) p90 ms", left.p90, right.p90))
            rows.append(row("\(name) p99 ms", left.p99, right.p99))
            rows.append(row("\(name) p99.9 ms", left.p999, right.p999))
            rows.append(row("\(name) max ms", left.max, right.max))
        }
        rows.append(["\(name) errors", Figures.grouped(a.errorCount), Figures.grouped(b.errorCount), ""])
        return rows
    }

    private static func row(_ name: String, _ a: Double, _ b: Double) -> [String] {
        [name, Figures.significant(a), Figures.significant(b), change(a, b)]
    }

    /// `+12.3%`.
    static func change(_ a: Double, _ b: Double) -> String {
        guard a != 0 else { return b == 0 ? "0%" : "-" }
        let percent = (b - a) / abs(a) * 100
        return "\(percent > 0 ? "+" : "")\(Figures.fixed(percent, digits: 1))%"
    }

    /// For people.
    var text: String {
        var table = TextTable(rows[0])
        for row in rows.dropFirst() { table.add(row) }
        return table.text + differences.map { "not comparable: \($0)\n" }.joined()
    }
}
