internal import Metrics
internal import Synchronization

/// Counts values by size; those of a timer in seconds, those of a recorder as they come.
final class HistogramSeries: Series, TimerHandler, RecorderHandler {
    /// Upper ends of the buckets, inclusive, in seconds.
    ///
    /// One more step than 1-2.5-5 where a request's life is decided: below 1 ms nobody looks, a call of WeChat takes tens
    /// of milliseconds, its time-out is 3 s by default, and 10 s is as long as anybody waits.
    static let bounds: [Double] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    /// Lines of one series: its buckets with `+Inf`, its sum and its count.
    static let lineCount = bounds.count + 3

    private static let nanosecondsPerSecond = 1_000_000_000.0
    private static let labelsOfBuckets: [LabelText] = (bounds + [.infinity]).map {
        LabelText(bound: ExpositionText.number($0))
    }

    let id: SeriesID
    /// Not cumulative, so that a value is one addition; the last is for what is beyond all bounds.
    private let buckets = InlineArray<15, Atomic<UInt64>> { _ in Atomic(0) }
    private let sum = AtomicDouble(0)

    init(id: SeriesID) {
        self.id = id
    }

    func recordNanoseconds(_ duration: Int64) {
        record(Double(max(0, duration)) / Self.nanosecondsPerSecond)
    }

    func record(_ value: Int64) { record(Double(value)) }

    /// Nothing happens for what is not finite: the sum would be lost for good.
    func record(_ value: Double) {
        guard value.isFinite else { return }
        var index = 0
        for bound in Self.bounds where value > bound { index += 1 }
        buckets[index].wrappingAdd(1, ordering: .relaxed)
        sum.add(value)
    }

    func write(to text: inout ExpositionText) {
        var count: UInt64 = 0
        for (index, bound) in Self.labelsOfBuckets.enumerated() {
            count &+= buckets[index].load(ordering: .relaxed)
            text.sample(id.name, suffix: "_bucket", labels: id.labels, and: bound, count: count)
        }
        text.sample(id.name, suffix: "_sum", labels: id.labels, value: sum.value)
        // What the buckets say, so that the two agree whatever is counted meanwhile.
        text.sample(id.name, suffix: "_count", labels: id.labels, count: count)
    }
}
