import Testing

@testable import wxbench

@Suite struct AxisScaleTests {
    @Test func `each further nine of a percentile axis has as much room`() {
        let scale = AxisScale.percentile(upTo: 99.99)
        let places = [90, 99, 99.9, 99.99].map { scale.position($0) }
        for (index, place) in places.enumerated() { #expect(abs(place - Double(index + 1) / 4) < 1e-9) }
        #expect(scale.position(0) == 0)
        #expect(scale.ticks.map(\.label) == ["0%", "50%", "90%", "99%", "99.9%", "99.99%"])
    }

    @Test func `a linear axis ends at a round number`() {
        let scale = AxisScale.linear(upTo: 4321)
        #expect(scale.high == 5000)
        #expect(scale.ticks.map(\.label) == ["0", "1000", "2000", "3000", "4000", "5000"])
        #expect(scale.position(2500) == 0.5)
        #expect(scale.position(9000) == 1)
        #expect(AxisScale.linear(upTo: 0).high > 0)
    }

    @Test func `a logarithmic axis has whole powers of ten`() {
        let scale = AxisScale.logarithmic(from: 0.3, to: 40)
        #expect(abs(scale.low - 0.1) < 1e-12 && abs(scale.high - 100) < 1e-9)
        #expect(abs(scale.position(1) - 1.0 / 3) < 1e-9)
        #expect(scale.ticks.count == 4)
    }
}

@Suite struct ReportTests {
    @Test func `a report holds its curves and figures, and nothing from elsewhere`() {
        let html = HTMLReport.text(of: .sample())
        #expect(html.contains("<figcaption>Latency by percentile</figcaption>"))
        #expect(html.contains("limit p99 5 ms: missed, 10 ms"))
        #expect(html.contains("openid &lt;other&gt;"))
        #expect(!html.contains("<script") && !html.contains("src=") && !html.contains("url("))
        #expect(html.split(separator: "class=\"c0\"").count > 4)
    }

    @Test func `a line is broken where there is no figure`() {
        let plot = Plot(
            title: "t",
            xLabel: "x",
            yLabel: "y",
            x: AxisScale(kind: .linear, low: 0, high: 3),
            y: .linear(upTo: 10),
            curves: [Plot.Curve(name: "c", color: 0, points: [(0, 1), (1, 2), (2, nil), (3, 4)])]
        )
        let path = plot.html.split(separator: "class=\"c0\" d=\"").last?.prefix { $0 != "\"" } ?? ""
        #expect(path.count { $0 == "M" } == 2)
        #expect(path.count { $0 == "L" } == 1)
        #expect(plot.place(0, 0).y > plot.place(0, 10).y)
    }

    @Test func `the table names phases where there are several`() {
        var result = RunResult.sample()
        #expect(ResultTable.rows(result)[1][0] == "login")
        result.phases.append(result.phases[0])
        #expect(ResultTable.rows(result)[1][0] == "run: login")
        #expect(ResultTable.text(result).contains("limit p99 5 ms: MISSED, 10 ms"))
    }

    @Test func `the line of a second tells rate, percentiles and errors`() {
        let line = ProgressLine.text(RunResult.sample().series[0])
        #expect(line == "1 s  run  900/s  p50 3.00 ms  p99 9.00 ms  errors 0  cpu 50%  rss 1.00 MiB")
    }
}
