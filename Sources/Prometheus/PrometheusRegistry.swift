public import Metrics
internal import Synchronization

/// The metrics of one gateway, shown in Prometheus' text format. Any thread.
///
/// The same name with the same labels is the same series. Names are made valid rather than refused, and a counter's gets
/// `_total`. A name that is of another kind already, or too many series, gets a handler that does nothing: counting must
/// never end a process. A histogram's bounds are those of times in seconds.
public final class PrometheusRegistry: MetricsFactory {
    /// Lines that kept series may have together, so that a label with a value of its own for each request cannot grow
    /// text and memory without end. A gateway with the most apps (256) shows 18,000 on its worst day; a text of so many
    /// takes the loop that is asked 20 ms, and one of a single app 0.03 ms.
    static let linesMax = 30_000

    private let linesMax: Int
    private let families = Mutex(MetricFamilies())
    private let refusals = Atomic<Int>(0)

    /// Nothing counted yet.
    public convenience init() { self.init(linesMax: Self.linesMax) }

    init(linesMax: Int) {
        self.linesMax = linesMax
    }

    /// Handlers that do nothing, because there were too many series or the name was of another kind.
    public var refusedCount: Int { refusals.load(ordering: .relaxed) }

    /// Says what a metric is, for its `# HELP` line.
    ///
    /// - Parameter name: as it is in the text, so a counter's ends in `_total`.
    public func describe(_ name: String, _ help: String) {
        families.withLock { $0.helps[MetricName.metric(name)] = help }
    }

    /// Adds a metric whose values are computed for each text, on the thread that asks for it.
    ///
    /// - Parameters:
    ///   - kind: a histogram cannot be computed and is shown as a gauge.
    ///   - samples: must not own the registry, as every handle of the metrics API does; not slow, for it may be a loop
    ///     that asks. What is beyond the limit of lines is left out, as is the second of two with the same labels.
    /// - Returns: false when the name is taken.
    @discardableResult
    public func compute(
        _ name: String,
        as kind: MetricKind = .gauge,
        help: String,
        _ samples: @escaping @Sendable () -> [MetricSample]
    ) -> Bool {
        let kind = kind == .histogram ? .gauge : kind
        let name = kind == .counter ? MetricName.counter(name) : MetricName.metric(name)
        return families.withLock { families in
            guard families.isFree(name, for: kind) else { return false }
            families.byName[name] = MetricFamily(kind: kind, samples)
            families.helps[name] = help
            return true
        }
    }

    /// Everything in the text exposition format 0.0.4, sorted by name and labels.
    public func text() -> [UInt8] {
        // A copy in constant time, so that nobody who counts waits for the text.
        let families = families.withLock { $0 }
        var text = ExpositionText()
        for (name, family) in families.byName.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            family.write(name, help: families.helps[name], samplesMax: linesMax, to: &text)
        }
        return text.bytes
    }

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        counter(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    public func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        counter(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    public func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        let handler: (any RecorderHandler)? = aggregate ? histogram(label, dimensions) : gauge(label, dimensions)
        return handler ?? NOOPMetricsHandler.instance
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    // After its end a series is not shown; who still has a handle counts for nobody.
    public func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }
    public func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    public func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
    public func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

    private func counter(_ label: String, _ dimensions: [(String, String)]) -> CounterSeries? {
        let id = SeriesID(name: MetricName.counter(label), labels: LabelText(dimensions))
        return series(id, .counter, CounterSeries.init(id:))
    }

    private func gauge(_ label: String, _ dimensions: [(String, String)]) -> GaugeSeries? {
        let id = SeriesID(name: MetricName.metric(label), labels: LabelText(dimensions))
        return series(id, .gauge, GaugeSeries.init(id:))
    }

    private func histogram(_ label: String, _ dimensions: [(String, String)]) -> HistogramSeries? {
        let id = SeriesID(name: MetricName.metric(label), labels: LabelText(dimensions))
        return series(id, .histogram, HistogramSeries.init(id:))
    }

    /// The series that there is, or a new one; nil, and counted, when there can be none.
    private func series<Kept: Series>(
        _ id: SeriesID,
        _ kind: MetricKind,
        _ make: (SeriesID) -> Kept
    ) -> Kept? {
        let series = families.withLock { families -> Kept? in
            if let found = families.byName[id.name]?[id.labels] { return found as? Kept }
            guard families.lineCount + Kept.lineCount <= linesMax else { return nil }
            let made = make(id)
            return families.insert(made, kind) ? made : nil
        }
        if series == nil { refusals.add(1, ordering: .relaxed) }
        return series
    }

    private func remove(_ handler: AnyObject) {
        guard let series = handler as? any Series else { return }
        families.withLock { $0.remove(series) }
    }
}
