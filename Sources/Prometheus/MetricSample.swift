/// One value that is computed when somebody asks.
public struct MetricSample: Sendable {
    /// Distinct within a metric.
    public let labels: [(String, String)]
    /// In the unit that the metric's name says.
    public let value: Double

    /// Puts the two together.
    public init(_ labels: [(String, String)] = [], _ value: Double) {
        self.labels = labels
        self.value = value
    }
}
