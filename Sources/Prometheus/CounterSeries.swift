internal import Metrics
internal import Synchronization

/// A value that only grows. Integers and fractions add up to one value, so that both kinds of handle may share it.
///
/// Past 2^64 it begins at 0 again, which `rate()` takes for a restart.
final class CounterSeries: Series, CounterHandler, FloatingPointCounterHandler {
    static let lineCount = 1

    let id: SeriesID
    private let count = Atomic<UInt64>(0)
    private let fraction = AtomicDouble(0)

    init(id: SeriesID) {
        self.id = id
    }

    /// Nothing happens for an amount below 0.
    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        count.wrappingAdd(UInt64(amount), ordering: .relaxed)
    }

    /// Nothing happens for an amount that is below 0 or not finite.
    func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        fraction.add(amount)
    }

    /// Nothing: a counter never goes back.
    func reset() {}

    func write(to text: inout ExpositionText) {
        let (count, fraction) = (count.load(ordering: .relaxed), fraction.value)
        guard fraction != 0 else { return text.sample(id.name, labels: id.labels, count: count) }
        text.sample(id.name, labels: id.labels, value: Double(count) + fraction)
    }
}
