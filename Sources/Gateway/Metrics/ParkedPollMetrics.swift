internal import Prometheus

/// `wxgate_parked_polls`. Any thread.
enum ParkedPollMetrics {
    /// Shows the gauge.
    static func show(_ limits: QRPollLimits, in registry: PrometheusRegistry) {
        registry.compute(
            "wxgate_parked_polls",
            as: .gauge,
            help: "Status polls and event streams that wait for their ticket to change."
        ) { [MetricSample([], Double(limits.count))] }
    }
}
