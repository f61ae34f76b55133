import Testing

@testable import wxbench

extension RunResult {
    /// A run as a test wants it.
    static func sample(p99: Double = 10, perSecond: Double = 1000, connections: String = "64") -> RunResult {
        let latency = LatencyResult(
            mean: 4,
            p50: 3,
            p90: 6,
            p99: p99,
            p999: 20,
            max: 30,
            ladder: [[0, 1], [50, 3], [90, 6], [99, p99], [100, 30]]
        )
        let kind = KindResult(
            name: "login",
            counted: true,
            count: 10_000,
            perSecond: perSecond,
            errors: ["503 overloaded": 2],
            latency: latency
        )
        let usage = GatewayUsage(
            pid: 7,
            cpuSeconds: 0.5,
            cpuMicrosecondsPerRequest: 50,
            residentBytesAtStart: 1 << 20,
            residentBytesAtEnd: 2 << 20
        )
        let phase = PhaseResult(
            name: "run",
            measured: true,
            startSeconds: 2,
            seconds: 10,
            kinds: [kind],
            gateway: usage
        )
        return RunResult(
            version: "1",
            scenario: "exchange",
            startedAt: "2026-01-02T03:04:05Z",
            interrupted: false,
            host: HostFacts(name: "here", cpus: 2, kernel: "6", architecture: "x86_64"),
            options: ["connections": connections, "url": "http://127.0.0.1:8080"],
            phases: [phase],
            series: [
                SeriesPoint(
                    second: 1,
                    phase: "run",
                    perSecond: 900,
                    errors: 0,
                    p50: 3,
                    p99: 9,
                    cpu: 0.5,
                    residentBytes: 1 << 20
                ),
                SeriesPoint(second: 2, phase: "run", perSecond: 1100, errors: 2, p50: nil, p99: nil),
            ],
            limits: [LimitResult(name: "p99", bound: "5 ms", actual: "10 ms", kept: false)],
            notes: [Note(name: "half", value: 2, unit: "s")],
            wrongReplies: ["login: openid <other>"],
            generator: GeneratorUsage(cpuSeconds: 0.1, cpuMicrosecondsPerRequest: 10, busyShare: 0.1)
        )
    }
}

@Suite struct ComparisonTests {
    @Test func `the differences are given in percent`() {
        let comparison = Comparison(.sample(), .sample(p99: 15, perSecond: 900))
        #expect(comparison.differences.isEmpty)
        #expect(comparison.rows.contains(["login p99 ms", "10.0", "15.0", "+50.0%"]))
        #expect(comparison.rows.contains(["login a second", "1000", "900", "-10.0%"]))
        #expect(!comparison.text.contains("not comparable"))
    }

    @Test func `other work or another machine is not comparable`() {
        var other = RunResult.sample(connections: "8")
        other.host.name = "there"
        other.scenario = "session"
        let text = Comparison(.sample(), other).text
        for word in ["connections 64 and 8", "host here and there", "scenario exchange and session"] {
            #expect(text.contains("not comparable: \(word)"))
        }
    }

    @Test func `a file gives back what was written`() throws {
        let result = RunResult.sample()
        let text = String(decoding: try ResultFile.encode(result), as: UTF8.self)
        #expect(text.contains("\"schema\" : \"wxbench/1\""))
        #expect(text.contains("\"503 overloaded\" : 2"))
        #expect(try ResultFile.decode(text, name: "f") == result)
    }

    @Test(arguments: ["", "{}", "{\"schema\":\"wxbench/0\"}", "{\"schema\":\"wxbench/1\"}"])
    func `a file of another form is refused`(text: String) {
        #expect(throws: BenchError.self) { try ResultFile.decode(text, name: "f") }
    }
}
