/// A day's shape: logins, checks, refreshes and web logins in their shares, few at night and many in the evening.
struct MixedScenario: Scenario {
    var options: RunOptions
    var users: Int
    /// Requests a second of the busiest hour.
    var peak: Double
    var shares: MixedShares

    let name = "mixed"
    let kinds = MixedWorkload.Kind.allCases.map { KindOfRequest(name: $0.rawValue) }

    var phases: [Phase] {
        let day = Phase(name: "day", duration: options.duration)
        return options.warmup > 0 ? [Phase(name: "warm-up", duration: options.warmup, isMeasured: false), day] : [day]
    }

    var settings: [String: String] {
        ["users": String(users), "peak": Figures.short(peak), "shares": shares.description]
    }

    func makePart(_ context: PartContext) throws(BenchError) -> any ScenarioPart { MixedPart(self, context) }
}

/// One loop's part of it.
final class MixedPart: ScenarioPart {
    private let scenario: MixedScenario
    private let context: PartContext
    private let codes: DerivedCodes
    private let users: LoggedInUsers

    init(_ scenario: MixedScenario, _ context: PartContext) {
        self.scenario = scenario
        self.context = context
        let count = max(1, context.share(of: scenario.users))
        codes = DerivedCodes(appid: context.options.appid, runID: context.runID, users: count)
        users = LoggedInUsers(count, codes, context)
    }

    func setUp() async throws(BenchError) { try await users.logIn() }

    func streams(_ timeline: Timeline) -> [any Load] {
        let options = context.options
        let seed = options.seed &+ UInt64(context.index)
        let workload = MixedWorkload(users.users, codes, scenario.shares, options, seed: seed)
        var plan = options.plan(context)
        plan.schedule = ArrivalSchedule(
            .day(peak: scenario.peak / Double(options.loops), lead: options.warmup, duration: options.duration),
            .poisson,
            seed: seed
        )
        return [LoadStream(workload, plan, dialer: context.dialer, recorder: context.recorder, on: context.loop)]
    }
}
