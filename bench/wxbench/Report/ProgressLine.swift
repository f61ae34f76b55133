/// How it goes, a line a second.
enum ProgressLine {
    static func text(_ point: SeriesPoint) -> String {
        var parts = [
            "\(Figures.fixed(point.second, digits: 0)) s", point.phase,
            "\(Figures.grouped(Int(point.perSecond.rounded())))/s",
        ]
        if let p50 = point.p50, let p99 = point.p99 {
            parts.append("p50 \(Figures.significant(p50)) ms  p99 \(Figures.significant(p99)) ms")
        }
        parts.append("errors \(Figures.grouped(point.errors))")
        if let cpu = point.cpu { parts.append("cpu \(Figures.fixed(cpu * 100, digits: 0))%") }
        if let bytes = point.residentBytes { parts.append("rss \(Figures.bytes(Double(bytes)))") }
        return parts.joined(separator: "  ")
    }
}
