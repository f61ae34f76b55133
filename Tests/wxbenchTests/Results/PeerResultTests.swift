import Testing

@testable import wxbench

@Suite struct PeerResultTests {
    private func result(_ ratios: [Double]) -> PeerResult {
        let rounds = ratios.enumerated().map { index, ratio in
            PeerResult.Round(
                gatewayMicrosecondsPerRequest: 10 * ratio,
                peerMicrosecondsPerRequest: 10,
                ratio: ratio,
                peerStartSeconds: Double(2 * index + 1),
                peerSeconds: 1
            )
        }
        return PeerResult(name: "login : proxy hop", url: "http://127.0.0.1:81/plain", pid: 9, rounds: rounds)
    }

    @Test func `the median is of the rounds' ratios`() {
        #expect(result([3, 1, 1.5]).medianRatio == 1.5)
        #expect(result([3, 1]).medianRatio == 2)
        #expect(result([]).medianRatio == nil)
    }

    @Test func `each round has a row, and the median`() {
        let rows = result([0.5, 1.25, 0.75]).rows
        #expect(rows[0] == ["CPU µs a request", "login", "proxy hop", "login : proxy hop"])
        #expect(rows[2] == ["round 2", "12.5", "10.0", "1.25"])
        #expect(rows[4] == ["median", "7.5", "10.0", "0.75"])
        #expect(result([]).rows.count == 1)
    }

    @Test func `table, report, figures and comparison carry it`() throws {
        var (a, b) = (RunResult.sample(), RunResult.sample())
        a.peer = result([1])
        b.peer = result([0.9])
        #expect(ResultTable.text(a).contains("median             10.0       10.0               1.00\n"))
        #expect(HTMLReport.text(of: a).contains("<td>round 1</td><td>10.0</td><td>10.0</td><td>1.00</td>"))
        #expect(Comparison(a, b).rows.contains(["login : proxy hop, CPU", "1.00", "0.900", "-10.0%"]))
        let text = String(decoding: try ResultFile.encode(a), as: UTF8.self)
        #expect(try ResultFile.decode(text, name: "a") == a)
        // Results of runs without a peer stay readable.
        let without = String(decoding: try ResultFile.encode(.sample()), as: UTF8.self)
        #expect(try ResultFile.decode(without, name: "b").peer == nil)
    }
}
