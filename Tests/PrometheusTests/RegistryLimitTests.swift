import Metrics
import Testing

@testable import Prometheus

struct RegistryLimitTests {
    private func lineCount(_ registry: PrometheusRegistry) -> Int {
        let lines = String(decoding: registry.text(), as: UTF8.self).split(separator: "\n")
        return lines.count { !$0.hasPrefix("#") }
    }

    @Test
    func `beyond the limit new series go nowhere and are counted, those that are there go on`() {
        let registry = PrometheusRegistry(linesMax: 20)
        let kept = (0..<3).map { Counter(label: "c", dimensions: [("n", "\($0)")], factory: registry) }
        Timer(label: "t", factory: registry).recordSeconds(1)
        #expect(lineCount(registry) == 20 && registry.refusedCount == 0)
        Counter(label: "c", dimensions: [("n", "3")], factory: registry).increment()
        Meter(label: "m", factory: registry).set(1)
        #expect(lineCount(registry) == 20 && registry.refusedCount == 2)
        // The same again is no new series.
        Counter(label: "c", dimensions: [("n", "2")], factory: registry).increment()
        #expect(registry.refusedCount == 2)
        kept[0].destroy()
        Timer(label: "t", dimensions: [("a", "b")], factory: registry).recordSeconds(1)
        #expect(lineCount(registry) == 19 && registry.refusedCount == 3)
        Meter(label: "m", factory: registry).set(1)
        #expect(lineCount(registry) == 20 && registry.refusedCount == 3)
    }

    @Test
    func `what is computed is cut at the limit too`() {
        let registry = PrometheusRegistry(linesMax: 20)
        registry.compute("g", help: "h") { (0..<50).map { MetricSample([("n", "\($0)")], 1) } }
        #expect(lineCount(registry) == 20)
    }

    @Test
    func `a refused handler may be destroyed and takes nothing away`() {
        let registry = PrometheusRegistry(linesMax: 1)
        Gauge(label: "g", factory: registry).record(1)
        Counter(label: "c", factory: registry).destroy()
        Timer(label: "t", factory: registry).destroy()
        #expect(lineCount(registry) == 1)
    }
}
