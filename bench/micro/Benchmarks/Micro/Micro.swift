import Benchmark

/// What each step of a login or check costs alone, many times over. `make bench-micro` runs it.
///
/// Absolute figures are this machine's; compare two runs on one machine (`swift package benchmark baseline compare`), by
/// their p25, which other work on the machine moves least. The kernel counts CPU time in ticks, too coarse for these.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock, .throughput],
        timeUnits: .nanoseconds,
        warmupIterations: 3,
        scalingFactor: .kilo,
        maxDuration: .seconds(2),
        maxIterations: 10_000
    )
    ParserBenchmarks.add()
    JSONBenchmarks.add()
    TokenBenchmarks.add()
    HopBenchmarks.add()
    StoreBenchmarks.add()
}
