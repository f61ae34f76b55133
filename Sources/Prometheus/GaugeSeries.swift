internal import Metrics

/// A value that goes up and down.
final class GaugeSeries: Series, RecorderHandler, MeterHandler {
    static let lineCount = 1

    let id: SeriesID
    private let number = AtomicDouble(0)

    init(id: SeriesID) {
        self.id = id
    }

    func record(_ value: Int64) { number.set(Double(value)) }
    func record(_ value: Double) { number.set(value) }
    func set(_ value: Int64) { number.set(Double(value)) }
    func set(_ value: Double) { number.set(value) }
    func increment(by amount: Double) { number.add(amount) }
    func decrement(by amount: Double) { number.add(-amount) }

    func write(to text: inout ExpositionText) {
        text.sample(id.name, labels: id.labels, value: number.value)
    }
}
