/// What a metric is; the word of its `# TYPE` line.
public enum MetricKind: String, Sendable {
    /// Only grows, but for a restart; its name ends in `_total`.
    case counter
    /// Goes up and down.
    case gauge
    /// Counts values by size.
    case histogram
}
