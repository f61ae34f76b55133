import Metrics
import Testing

@testable import Prometheus

struct HistogramTests {
    private let registry = PrometheusRegistry()

    private var lines: [String] {
        String(decoding: registry.text(), as: UTF8.self).split(separator: "\n").map { String($0) }
    }

    @Test
    func `a timer's values stand in seconds, each bucket with all that is smaller`() {
        let timer = Timer(label: "t_seconds", dimensions: [("api", "x")], factory: registry)
        timer.recordMilliseconds(0)
        timer.recordMilliseconds(1)
        timer.recordNanoseconds(1_000_001)
        timer.recordMilliseconds(250)
        timer.recordSeconds(3)
        timer.recordSeconds(100)
        #expect(
            lines == [
                "# TYPE t_seconds histogram",
                #"t_seconds_bucket{api="x",le="0.001"} 2"#,
                #"t_seconds_bucket{api="x",le="0.0025"} 3"#,
                #"t_seconds_bucket{api="x",le="0.005"} 3"#,
                #"t_seconds_bucket{api="x",le="0.01"} 3"#,
                #"t_seconds_bucket{api="x",le="0.025"} 3"#,
                #"t_seconds_bucket{api="x",le="0.05"} 3"#,
                #"t_seconds_bucket{api="x",le="0.075"} 3"#,
                #"t_seconds_bucket{api="x",le="0.1"} 3"#,
                #"t_seconds_bucket{api="x",le="0.25"} 4"#,
                #"t_seconds_bucket{api="x",le="0.5"} 4"#,
                #"t_seconds_bucket{api="x",le="1"} 4"#,
                #"t_seconds_bucket{api="x",le="2.5"} 4"#,
                #"t_seconds_bucket{api="x",le="5"} 5"#,
                #"t_seconds_bucket{api="x",le="10"} 5"#,
                #"t_seconds_bucket{api="x",le="+Inf"} 6"#,
                #"t_seconds_sum{api="x"} 103.252000001"#,
                #"t_seconds_count{api="x"} 6"#,
            ]
        )
        #expect(lines.count - 1 == HistogramSeries.lineCount)
    }

    @Test
    func `without labels a bucket has its bound only`() {
        Recorder(label: "r", factory: registry).record(2)
        #expect(lines[1] == #"r_bucket{le="0.001"} 0"#)
        #expect(lines.suffix(3) == [#"r_bucket{le="+Inf"} 1"#, "r_sum 2", "r_count 1"])
    }

    @Test
    func `a value on a bound belongs to its bucket`() throws {
        for (index, bound) in HistogramSeries.bounds.enumerated() {
            let registry = PrometheusRegistry()
            let recorder = Recorder(label: "r", factory: registry)
            recorder.record(bound)
            recorder.record(bound.nextUp)
            let lines = String(decoding: registry.text(), as: UTF8.self).split(separator: "\n")
            let counts = lines.filter { $0.hasPrefix("r_bucket") }.map { $0.suffix(1) }
            #expect(counts[index] == "1" && counts[index + 1] == "2")
            #expect(index == 0 || counts[index - 1] == "0")
        }
    }

    @Test
    func `what is no number is not counted, and no time is below 0`() {
        let recorder = Recorder(label: "r", factory: registry)
        for value in [Double.nan, .infinity, -.infinity] { recorder.record(value) }
        Timer(label: "t", factory: registry).recordNanoseconds(-5)
        #expect(lines.contains("t_sum 0") && lines.contains("t_count 1"))
        Timer(label: "t", factory: registry).recordNanoseconds(Int64.max)
        #expect(lines.contains("r_sum 0") && lines.contains("r_count 0"))
        #expect(lines.contains("t_sum 9223372036.854776") && lines.contains("t_count 2"))
        #expect(lines.contains(#"t_bucket{le="0.001"} 1"#))
    }
}
