/// All families of a registry, by the names that they have in the text.
struct MetricFamilies: Sendable {
    /// Lines that a histogram adds under names of their own.
    private static let histogramSuffixes = ["_bucket", "_sum", "_count"]

    var byName: [String: MetricFamily] = [:]
    var helps: [String: String] = [:]
    /// Of the kept series.
    private(set) var lineCount = 0

    /// Whether a new family may have this name: neither it nor one of its lines is called like another's.
    func isFree(_ name: String, for kind: MetricKind) -> Bool {
        guard byName[name] == nil else { return false }
        for suffix in Self.histogramSuffixes {
            if name.hasSuffix(suffix), byName[String(name.dropLast(suffix.count))]?.kind == .histogram { return false }
            if kind == .histogram, byName[name + suffix] != nil { return false }
        }
        return true
    }

    /// Adds a series that is not there; false when its name is of another kind.
    mutating func insert<Kept: Series>(_ series: Kept, _ kind: MetricKind) -> Bool {
        let id = series.id
        if let family = byName[id.name] {
            guard family.kind == kind, !family.isComputed else { return false }
        } else {
            guard isFree(id.name, for: kind) else { return false }
        }
        byName[id.name, default: MetricFamily(kind: kind)].add(series)
        lineCount += Kept.lineCount
        return true
    }

    /// Takes a series out if it is in, and its family with the last one, so that the name is free again.
    mutating func remove<Kept: Series>(_ series: Kept) {
        let id = series.id
        guard var family = byName.removeValue(forKey: id.name) else { return }
        if family.remove(series) { lineCount -= Kept.lineCount }
        if !family.isEmpty { byName[id.name] = family }
    }
}
