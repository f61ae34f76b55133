import Metrics
import Testing

@testable import Prometheus

struct PrometheusRegistryTests {
    private let registry = PrometheusRegistry()

    private var text: String { String(decoding: registry.text(), as: UTF8.self) }

    @Test
    func `a registry without metrics has no text`() {
        #expect(registry.text().isEmpty)
    }

    @Test
    func `families stand by name and series by labels, each after its two lines`() {
        registry.describe("b_total", "Bees.")
        Counter(label: "b", dimensions: [("z", "2"), ("a", "x")], factory: registry).increment(by: 2)
        Counter(label: "b_total", dimensions: [("a", "w"), ("z", "2")], factory: registry).increment()
        Gauge(label: "c", factory: registry).record(-1.5)
        Meter(label: "a", dimensions: [("l", "1")], factory: registry).set(7)
        #expect(
            text == """
                # TYPE a gauge
                a{l="1"} 7
                # HELP b_total Bees.
                # TYPE b_total counter
                b_total{a="w",z="2"} 1
                b_total{a="x",z="2"} 2
                # TYPE c gauge
                c -1.5

                """
        )
    }

    @Test
    func `the same name and labels are one series, in whatever order they come`() {
        for labels in [[("a", "1"), ("b", "2")], [("b", "2"), ("a", "1")]] {
            Counter(label: "c", dimensions: labels, factory: registry).increment()
            FloatingPointCounter(label: "c", dimensions: labels, factory: registry).increment(by: 0.25)
        }
        #expect(text == "# TYPE c_total counter\nc_total{a=\"1\",b=\"2\"} 2.5\n")
        let first = registry.makeCounter(label: "c", dimensions: [("a", "1"), ("b", "2")])
        #expect(first === registry.makeCounter(label: "c", dimensions: [("b", "2"), ("a", "1")]))
        #expect(first !== registry.makeCounter(label: "c", dimensions: [("a", "1")]))
    }

    @Test
    func `a counter never goes back, whatever it is told`() {
        let whole = Counter(label: "c", factory: registry)
        whole.increment(by: 3)
        whole.increment(by: -5)
        whole.reset()
        let fraction = registry.makeFloatingPointCounter(label: "f", dimensions: [])
        fraction.increment(by: 1.5)
        for amount in [-1, Double.nan, .infinity, -.infinity, 0] { fraction.increment(by: amount) }
        fraction.reset()
        #expect(text == "# TYPE c_total counter\nc_total 3\n# TYPE f_total counter\nf_total 1.5\n")
    }

    @Test
    func `a counter is exact beyond what a Double holds`() {
        let counter = Counter(label: "c", factory: registry)
        counter.increment(by: Int64.max)
        #expect(text == "# TYPE c_total counter\nc_total 9223372036854775807\n")
    }

    @Test
    func `a meter goes up and down`() {
        let meter = Meter(label: "m", factory: registry)
        meter.set(2.5)
        meter.increment(by: 2.0)
        meter.decrement(by: 0.25)
        #expect(text == "# TYPE m gauge\nm 4.25\n")
    }

    @Test(arguments: [
        (Double.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (0, "0"), (-0.0, "0"), (3, "3"), (0.1, "0.1"),
        (-2.5, "-2.5"), (1e-7, "1e-07"), (0x1p53, "9007199254740992.0"), (9_007_199_254_740_991, "9007199254740991"),
        (1e300, "1e+300"), (.leastNonzeroMagnitude, "5e-324"),
    ])
    func `every number is written as Prometheus reads it`(value: Double, text: String) {
        Gauge(label: "g", factory: registry).record(value)
        #expect(self.text == "# TYPE g gauge\ng \(text)\n")
    }

    @Test
    func `what would end a value or a line is escaped`() {
        registry.describe("g", "a \\ \"b\"\nc")
        Gauge(label: "g", dimensions: [("l", "a\\b\"c\nd,e}{=\t\r\0ü")], factory: registry).record(1)
        #expect(
            text == "# HELP g a \\\\ \"b\"\\nc\n# TYPE g gauge\n" + #"g{l="a\\b\"c\nd,e}{="# + "\t\r\0ü\"} 1\n"
        )
    }

    @Test
    func `labels that differ in bytes only are two series`() {
        // One grapheme, composed and not: equal as strings.
        for value in ["\u{e9}", "e\u{301}"] {
            Counter(label: "c", dimensions: [("l", value)], factory: registry).increment()
        }
        #expect(text.utf8.split(separator: UInt8(ascii: "\n")).count == 3)
    }

    @Test(arguments: [
        ("a.b-c d", "a_b_c_d"), ("", "_"), ("1a", "_1a"), ("a:b", "a:b"), ("é", "__"), ("a\nb", "a_b"),
        ("Az_09", "Az_09"),
        ("@[`{/", "_____"),
    ])
    func `a name is made valid`(name: String, valid: String) {
        Gauge(label: name, factory: registry).record(1)
        #expect(text == "# TYPE \(valid) gauge\n\(valid) 1\n")
    }

    @Test(arguments: [
        ("a.b", "a_b"), ("", "_"), ("1a", "_1a"), ("a:b", "a_b"), ("__name__", "_name__"), ("le", "_le"), ("é", "_"),
    ])
    func `a label's name is made valid, and is none that Prometheus keeps for itself`(name: String, valid: String) {
        Gauge(label: "g", dimensions: [(name, "v")], factory: registry).record(1)
        #expect(text == "# TYPE g gauge\ng{\(valid)=\"v\"} 1\n")
    }

    @Test
    func `of two labels with one name the first counts`() {
        Gauge(label: "g", dimensions: [("a", "1"), ("a", "2"), ("b", "3")], factory: registry).record(1)
        #expect(text == "# TYPE g gauge\ng{a=\"1\",b=\"3\"} 1\n")
    }

    @Test
    func `a name of another kind gets a handler that does nothing`() {
        Gauge(label: "x_total", factory: registry).record(1)
        Counter(label: "x", factory: registry).increment()
        Timer(label: "x_total", factory: registry).recordSeconds(1)
        #expect(!registry.compute("x_total", help: "h") { [MetricSample([], 2)] })
        #expect(text == "# TYPE x_total gauge\nx_total 1\n")
        #expect(registry.refusedCount == 2)
    }

    @Test(arguments: ["_bucket", "_sum", "_count"])
    func `no metric is called like a line of a histogram`(suffix: String) {
        Timer(label: "t", factory: registry).recordSeconds(1)
        let before = text
        Gauge(label: "t\(suffix)", factory: registry).record(1)
        #expect(text == before && registry.refusedCount == 1)
        Gauge(label: "u\(suffix)", factory: registry).record(1)
        Timer(label: "u", factory: registry).recordSeconds(1)
        #expect(text == before + "# TYPE u\(suffix) gauge\nu\(suffix) 1\n" && registry.refusedCount == 2)
    }

    @Test
    func `a destroyed series is gone, and its name is free with the last`() {
        let (one, two) = (1, 2)
        let counters = [one, two].map { Counter(label: "c_total", dimensions: [("n", "\($0)")], factory: registry) }
        counters[0].increment()
        counters[0].destroy()
        counters[0].destroy()
        #expect(text == "# TYPE c_total counter\nc_total{n=\"2\"} 0\n")
        counters[1].destroy()
        #expect(text.isEmpty)
        let timer = Timer(label: "c_total", factory: registry)
        timer.destroy()
        let recorder = Recorder(label: "c_total", factory: registry)
        recorder.destroy()
        let gauge = Gauge(label: "c_total", dimensions: [("n", "2")], factory: registry)
        // Not in any more: the one that is stays.
        counters[1].destroy()
        #expect(text == "# TYPE c_total gauge\nc_total{n=\"2\"} 0\n")
        gauge.destroy()
        let meter = Meter(label: "c_total", factory: registry)
        #expect(text == "# TYPE c_total gauge\nc_total 0\n")
        meter.destroy()
        FloatingPointCounter(label: "c_total", factory: registry).destroy()
        #expect(text.isEmpty && registry.refusedCount == 0)
    }

    @Test
    func `computed values are asked for at each text`() {
        // Without a handle of the metrics API, which would own the registry that owns the closure.
        let counter = registry.makeCounter(label: "asked", dimensions: [])
        let isNew = registry.compute("g", help: "Now.") { [weak registry] in
            // Not under the lock: what computes may count.
            counter.increment(by: 1)
            registry?.describe("asked_total", "Texts.")
            return [MetricSample([("b", "2")], 2), MetricSample([("a", "1")], .nan), MetricSample([("b", "2")], 3)]
        }
        #expect(isNew)
        #expect(registry.compute("n", as: .counter, help: "None.") { [] })
        let computed = "# HELP g Now.\n# TYPE g gauge\ng{a=\"1\"} NaN\ng{b=\"2\"} 2\n"
        #expect(text == "# TYPE asked_total counter\nasked_total 0\n" + computed)
        #expect(text == "# HELP asked_total Texts.\n# TYPE asked_total counter\nasked_total 1\n" + computed)
        // Nobody can add to it by a handle.
        Gauge(label: "g", dimensions: [("a", "1")], factory: registry).record(5)
        Counter(label: "n", factory: registry).increment()
        #expect(registry.refusedCount == 2)
        #expect(text.hasSuffix(computed))
    }
}
