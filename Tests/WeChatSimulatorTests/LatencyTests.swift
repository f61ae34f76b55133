import Testing

@testable import WeChatSimulator

@Suite struct `A latency` {
    @Test(arguments: [
        ("0", Latency.none), ("50ms", .fixed(milliseconds: 50)), ("1.5s", .fixed(milliseconds: 1500)),
        ("50ms±20ms", .uniform(fromMilliseconds: 30, toMilliseconds: 70)),
        ("50±20ms", .uniform(fromMilliseconds: 30, toMilliseconds: 70)),
        ("50ms+-20ms", .uniform(fromMilliseconds: 30, toMilliseconds: 70)),
        ("50-70ms", .uniform(fromMilliseconds: 50, toMilliseconds: 70)),
        ("50ms-1s", .uniform(fromMilliseconds: 50, toMilliseconds: 1000)),
        ("0-1s", .uniform(fromMilliseconds: 0, toMilliseconds: 1000)),
        ("lognormal:70ms,500ms", .logNormal(p50Milliseconds: 70, p99Milliseconds: 500)),
    ])
    func `is read as people write it`(text: String, latency: Latency) {
        #expect(Latency(text) == latency)
    }

    @Test(arguments: [
        "", "50", "ms", "-5ms", "20ms±50ms", "70-50ms", "50ms-", "lognormal:", "lognormal:70ms", "lognormal:500ms,70ms",
        "lognormal:0,1s", "601s", "1e3ms", "50 ms", "fast", "1.2.3ms", "50ms±", "±50ms", "infms", "nans",
    ])
    func `is nothing else`(text: String) {
        #expect(Latency(text) == nil)
    }

    private func sorted(_ latency: Latency) -> [UInt64] {
        var generator = SeededGenerator(seed: 3)
        return (0..<20_000).map { _ in latency.sample(using: &generator) }.sorted()
    }

    @Test func `that is uniform fills its interval and stays within`() {
        let delays = sorted(.uniform(fromMilliseconds: 30, toMilliseconds: 70))
        #expect(delays.first == 30)
        #expect(delays.last == 70)
        #expect((49...51).contains(delays[10_000]))
    }

    @Test func `that is log-normal has the median and the 99th percentile it was asked for`() {
        let delays = sorted(.logNormal(p50Milliseconds: 70, p99Milliseconds: 500))
        #expect((68...72).contains(delays[10_000]))
        #expect((450...550).contains(delays[19_800]))
    }
}
