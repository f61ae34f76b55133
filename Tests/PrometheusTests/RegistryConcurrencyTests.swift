import Metrics
import Testing

@testable import Prometheus

struct RegistryConcurrencyTests {
    @Test
    func `nothing is lost when many threads count at once and others ask for the text`() async {
        let registry = PrometheusRegistry()
        let (tasks, rounds) = (8, 2_000)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<tasks {
                group.addTask {
                    let kept = Counter(label: "kept", factory: registry)
                    let fraction = FloatingPointCounter(label: "fraction", factory: registry)
                    let timer = Timer(label: "timer", factory: registry)
                    let meter = Meter(label: "meter", factory: registry)
                    for round in 0..<rounds {
                        kept.increment()
                        fraction.increment(by: 0.5)
                        timer.recordSeconds(round % 2 == 0 ? 1 : 20)
                        meter.increment(by: 2.0)
                        meter.decrement(by: 1.0)
                        // Made anew each time: the same series.
                        Counter(label: "made", dimensions: [("n", "\(round % 50)")], factory: registry).increment()
                        if round % 500 == task { _ = registry.text() }
                    }
                }
            }
        }
        let count = tasks * rounds
        let lines = String(decoding: registry.text(), as: UTF8.self).split(separator: "\n").map { String($0) }
        #expect(lines.contains("kept_total \(count)"))
        #expect(lines.contains("fraction_total \(count / 2)"))
        #expect(lines.contains("meter \(count)"))
        #expect(lines.contains(#"timer_bucket{le="10"} \#(count / 2)"#))
        #expect(lines.contains("timer_count \(count)"))
        #expect(lines.contains("timer_sum \(count / 2 * 21)"))
        let made = lines.filter { $0.hasPrefix("made_total{") }
        #expect(made.count == 50 && made.allSatisfy { $0.hasSuffix(" \(count / 50)") })
    }

    @Test
    func `of additions that meet none is lost`() async {
        let registry = PrometheusRegistry()
        // Fewer are over before the second thread has begun.
        let (tasks, rounds) = (4, 2_000_000)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<tasks {
                group.addTask {
                    // Nothing between two additions, so that those of two threads do meet.
                    let meter = registry.makeMeter(label: "meter", dimensions: [])
                    for _ in 0..<rounds { meter.increment(by: 1) }
                }
            }
        }
        #expect(String(decoding: registry.text(), as: UTF8.self) == "# TYPE meter gauge\nmeter \(tasks * rounds)\n")
    }
}
