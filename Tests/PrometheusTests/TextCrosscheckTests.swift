import Foundation
import Metrics
import Testing

@testable import Prometheus

/// Our text against prometheus-client, an implementation that nobody here wrote.
struct TextCrosscheckTests {
    private struct Family: Decodable {
        let name, type, help: String
        let samples: [Sample]

        /// Values by label of the samples with this name.
        func values(_ name: String, by label: String) -> [String: String] {
            Dictionary(
                samples.filter { $0.name == name }.map { ($0.labels[label] ?? "", $0.value) },
                uniquingKeysWith: { "\($0) and \($1)" }
            )
        }
    }

    private struct Sample: Decodable {
        let name: String
        let labels: [String: String]
        let value: String

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            name = try container.decode(String.self)
            labels = try container.decode([String: String].self)
            value = try container.decode(String.self)
        }
    }

    /// Texts that a careless writer or reader trips over.
    private static let nasty = [
        "", " ", "\\", "\"", "\n", "\\n", "\\\"", "a\\", "{}", "a=\"b\",c=\"d\"", "} 1", "# HELP", "\t", "ü漢字",
        "e\u{301}",
    ]

    @Test
    func `Prometheus' own client reads from a text what was counted`() throws {
        let registry = PrometheusRegistry()
        registry.describe("c_total", "A \\ \"help\"\nof two lines.")
        for (index, text) in Self.nasty.enumerated() {
            let labels = [("l", text), ("k", "x"), ("i", "\(index)")]
            Counter(label: "c", dimensions: labels, factory: registry).increment(by: index)
        }
        let values: [Double] = [0, 1, -1.5, 0.1, 1e-9, 1e300, .infinity, -.infinity, .nan, 123_456_789.25]
        for (index, value) in values.enumerated() {
            Gauge(label: "g", dimensions: [("i", "\(index)")], factory: registry).record(value)
        }
        let timer = Timer(label: "t_seconds", dimensions: [("api", "a\"b")], factory: registry)
        for milliseconds in [0, 3, 30, 300, 3_000, 30_000] { timer.recordMilliseconds(milliseconds) }
        registry.compute("computed", help: "Now.") { [MetricSample([("appid", "wx1")], 12.5)] }

        let families = try Self.read(registry.text())

        #expect(families.map(\.name) == ["c", "computed", "g", "t_seconds"])
        #expect(families.map(\.type) == ["counter", "gauge", "gauge", "histogram"])
        #expect(families.map(\.help) == ["A \\ \"help\"\nof two lines.", "Now.", "", ""])
        try #require(families.count == 4)
        #expect(families[0].samples.count == Self.nasty.count)
        for sample in families[0].samples {
            let index = try #require(sample.labels["i"].flatMap { Int($0) })
            // By their bytes: the last two would be equal as strings to others.
            #expect(sample.labels["l"].map { Array($0.utf8) } == Array(Self.nasty[index].utf8))
            #expect(sample.name == "c_total" && sample.labels["k"] == "x" && sample.value == "\(index).0")
        }
        #expect(families[1].values("computed", by: "appid") == ["wx1": "12.5"])
        let gauges = families[2].values("g", by: "i")
        for (index, value) in values.enumerated() {
            let seen = try #require(gauges["\(index)"].flatMap { Double($0) })
            #expect(seen == value || (seen.isNaN && value.isNaN))
        }
        let buckets = families[3].values("t_seconds_bucket", by: "le")
        #expect(buckets.count == HistogramSeries.bounds.count + 1)
        #expect([buckets["0.001"], buckets["0.005"], buckets["0.5"], buckets["10"]] == ["1.0", "2.0", "4.0", "5.0"])
        #expect(buckets["+Inf"] == "6.0")
        #expect(families[3].values("t_seconds_count", by: "api") == ["a\"b": "6.0"])
        #expect(families[3].values("t_seconds_sum", by: "api") == ["a\"b": "33.333"])
    }

    private struct PythonMissing: Error, CustomStringConvertible {
        let description =
            "WXGATE_TEST_PYTHON names no Python with prometheus-client: run `make test`, which sets both up"
    }

    private struct PythonFailed: Error {
        let status: Int32
    }

    private static func read(_ text: [UInt8]) throws -> [Family] {
        guard let python = ProcessInfo.processInfo.environment["WXGATE_TEST_PYTHON"], !python.isEmpty else {
            throw PythonMissing()
        }
        let process = Process()
        process.executableURL = URL(filePath: python)
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "crosscheck.py")
        process.arguments = [script.path(percentEncoded: false)]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        // It writes nothing before it has read everything.
        try input.fileHandleForWriting.write(contentsOf: Data(text))
        try input.fileHandleForWriting.close()
        let answer = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw PythonFailed(status: process.terminationStatus) }
        return try JSONDecoder().decode([Family].self, from: answer)
    }
}
