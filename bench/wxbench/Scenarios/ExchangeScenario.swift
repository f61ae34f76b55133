/// Exchanges of codes: complete logins.
struct ExchangeScenario: Scenario {
    var options: RunOptions
    var codes: CodeOrigin
    /// How many users come back again and again; 0: each code is a new user's.
    var users: Int

    let name = "exchange"
    let kinds = [KindOfRequest(name: "login"), KindOfRequest(name: "verify", isCounted: false)]

    var phases: [Phase] { Phase.usual(options) }

    var settings: [String: String] { ["codes": codes.description, "users": String(users)] }

    func makePart(_ context: PartContext) throws(BenchError) -> any ScenarioPart {
        try ExchangePart(self, context)
    }
}

/// One loop's part of it.
final class ExchangePart: ScenarioPart {
    private let scenario: ExchangeScenario
    private let context: PartContext
    private let codes: any CodeSource

    init(_ scenario: ExchangeScenario, _ context: PartContext) throws(BenchError) {
        self.scenario = scenario
        self.context = context
        codes = try CodeSources.make(scenario.codes, users: context.share(of: scenario.users), context)
    }

    func setUp() async throws(BenchError) { try await codes.setUp() }

    func streams(_ timeline: Timeline) -> [any Load] {
        let workload = ExchangeWorkload(codes, users: context.share(of: scenario.users), context.options)
        return [
            LoadStream(
                workload,
                context.options.plan(context),
                dialer: context.dialer,
                recorder: context.recorder,
                on: context.loop
            )
        ]
    }

    func tearDown() { codes.tearDown() }
}

extension Phase {
    /// A warm-up that does not count, and the rest. A ramp belongs to the warm-up, or there is none.
    static func usual(_ options: RunOptions) -> [Phase] {
        let lead = options.warmup + options.ramp
        let run = Phase(name: "run", duration: options.duration)
        return lead > 0 ? [Phase(name: "warm-up", duration: lead, isMeasured: false), run] : [run]
    }
}
