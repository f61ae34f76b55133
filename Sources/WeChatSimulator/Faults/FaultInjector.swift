/// Throws the dice of a fault plan and remembers which of its rules are used up.
struct FaultInjector: Sendable {
    private let plan: FaultPlan
    private let latency: Latency
    private var remaining: [Int]
    private var generator: SeededGenerator
    /// How often each fault hit, by name.
    private(set) var hits: [String: Int] = [:]

    /// - Parameter defaultLatency: the delay of replies where the plan says nothing about it.
    init(plan: FaultPlan, defaultLatency: Latency, seed: UInt64) {
        let latency = plan.latency ?? defaultLatency
        precondition(
            latency.isValid && plan.spikes?.latency.isValid ?? true,
            "a latency of a fault plan makes no sense"
        )
        self.plan = plan
        self.latency = latency
        remaining = plan.rules.map { $0.count ?? .max }
        generator = SeededGenerator(seed: plan.seed ?? seed)
    }

    /// The delay of the next reply in milliseconds.
    mutating func nextDelay() -> UInt64 {
        if case .fixed(milliseconds: 0) = latency, plan.spikes == nil { return 0 }
        var delay = latency.sample(using: &generator)
        if let spikes = plan.spikes, generator.nextUnit() < spikes.rate {
            delay += spikes.latency.sample(using: &generator)
            hits["spike", default: 0] += 1
        }
        return delay
    }

    /// The rule that hits the next request on this path, if any.
    mutating func nextRule(path: String) -> FaultRule? {
        if plan.rules.isEmpty { return nil }
        let die = generator.nextUnit()
        var bound = 0.0
        for (index, rule) in plan.rules.enumerated() where remaining[index] > 0 {
            if let only = rule.path, only != path { continue }
            bound += rule.rate
            guard die < bound else { continue }
            remaining[index] -= 1
            hits[rule.fault.name, default: 0] += 1
            return rule
        }
        return nil
    }

    mutating func resetHits() {
        hits = [:]
    }

    /// Hands the counts over to the injector of the next plan, so that counters survive a change of plans.
    mutating func inheritHits(of predecessor: FaultInjector) {
        hits = predecessor.hits
    }
}
