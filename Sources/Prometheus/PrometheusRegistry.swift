/// The metrics of one gateway, shown in Prometheus' text format. Any thread.
public final class PrometheusRegistry: Sendable {
    /// Nothing counted yet.
    public init() {}

    /// Everything in the text exposition format 0.0.4.
    public func text() -> [UInt8] { [] }
}
