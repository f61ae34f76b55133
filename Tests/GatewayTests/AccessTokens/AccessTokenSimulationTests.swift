import Testing

@testable import Gateway

/// Issue 4: thirty days of token life under random failures, a thousand times.
@Suite struct AccessTokenSimulationTests {
    /// What some of the runs came to.
    private struct Outcome: Sendable {
        var failures: [String] = []
        var counts = AccessTokenSimulation.Counts()

        mutating func run(seed: UInt64) {
            var simulation = AccessTokenSimulation(seed: seed)
            simulation.run()
            if let failure = simulation.failure { failures.append(failure) }
            counts.add(simulation.counts)
        }
    }

    @Test func `in thirty days there is no gap and no call beyond a quota, whatever fails`() async {
        let runs: UInt64 = 1_000
        let lanes: UInt64 = 4
        var total = Outcome()
        await withTaskGroup(of: Outcome.self) { group in
            for lane in 0..<lanes {
                group.addTask {
                    var outcome = Outcome()
                    for seed in stride(from: lane, to: runs, by: Int(lanes)) { outcome.run(seed: seed) }
                    return outcome
                }
            }
            for await outcome in group {
                total.failures += outcome.failures
                total.counts.add(outcome.counts)
            }
        }
        #expect(total.failures.prefix(12) == [])
        // It was no calm month.
        let counts = total.counts
        #expect(counts.served > 500_000 && counts.fetches > 500_000 && counts.crashes > 10_000)
        #expect(counts.unavailable > 10_000 && counts.waited > 5_000 && counts.lies > 50_000)
        #expect(counts.deaths > 10_000 && counts.forced > 5_000 && counts.budgetSpent > 500)
    }
}
