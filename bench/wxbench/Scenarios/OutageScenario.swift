/// WeChat is silent for a part of the run: what that does to checks of tokens, which do not need it, and to logins.
struct OutageScenario: Scenario {
    var options: RunOptions
    var codes: CodeOrigin
    var users: Int
    /// Logins a second, all the time.
    var loginRate: Double
    /// By what the p99 of checks may grow while WeChat is silent; nil: by anything.
    var growthMax: Double?

    let name = "outage"
    let kinds = [KindOfRequest(name: "check"), KindOfRequest(name: "login", isCounted: false)]

    var phases: [Phase] {
        let part = options.duration / 3
        let lead = options.warmup + options.ramp
        let warmup = lead > 0 ? [Phase(name: "warm-up", duration: lead, isMeasured: false)] : []
        return warmup + ["before", "during", "after"].map { Phase(name: $0, duration: part) }
    }

    var settings: [String: String] {
        ["codes": codes.description, "users": String(users), "login_rate": Figures.short(loginRate)]
    }

    func makePart(_ context: PartContext) throws(BenchError) -> any ScenarioPart {
        try OutagePart(self, context)
    }

    func prepare(_ stage: any Stage) async throws(BenchError) -> [Note] {
        guard let simulator = stage.simulator else {
            throw .setUp("\(options.simulator) is no wxsim: an outage needs its control API (--sim)")
        }
        try await simulator.recover()
        return []
    }

    func enter(_ phase: Phase, _ stage: any Stage) async throws(BenchError) {
        switch phase.name {
        case "during": try await stage.simulator?.hangLogins()
        case "after": try await stage.simulator?.recover()
        default: break
        }
    }

    func cleanUp(_ stage: any Stage) async {
        try? await stage.simulator?.recover()
    }

    func notes(_ stage: any Stage, findings: [Finding]) -> [Note] {
        guard let recovery = stage.beginning(of: "after") else { return [] }
        var notes: [Note] = []
        let good = findings.filter { $0.name == "good" }.flatMap(\.values).filter { $0 >= recovery }.min()
        let bad = findings.filter { $0.name == "bad" }.flatMap(\.values).filter { $0 >= recovery }.max()
        if let good {
            notes.append(Note(name: "first login after WeChat's return", value: Self.ms(recovery, good), unit: "ms"))
        }
        notes.append(
            Note(
                name: "last login that failed, after WeChat's return",
                value: bad.map { Self.ms(recovery, $0) } ?? 0,
                unit: "ms"
            )
        )
        return notes
    }

    func conclusions(_ phases: [PhaseResult]) -> Conclusions {
        func p99(_ phase: String) -> Double? {
            phases.first { $0.name == phase }?.kinds.first { $0.name == kinds[0].name }?.latency?.p99
        }
        let growth = p99("before").flatMap { before in before > 0 ? p99("during").map { $0 / before } : nil }
        var conclusions = Conclusions()
        if let before = p99("before"), let during = p99("during"), let growth {
            conclusions.notes = [
                Note(name: "p99 of checks before", value: before, unit: "ms"),
                Note(name: "p99 of checks while WeChat is silent", value: during, unit: "ms"),
                Note(name: "p99 of checks, during : before", value: growth, unit: ""),
            ]
        }
        if let growthMax {
            conclusions.limits = [
                LimitResult(
                    name: "p99-growth",
                    bound: Figures.short(growthMax),
                    actual: growth.map { Figures.short($0) } ?? "no figure",
                    kept: growth.map { $0 <= growthMax } ?? false
                )
            ]
        }
        return conclusions
    }

    private static func ms(_ from: UInt64, _ to: UInt64) -> Double { Double(to - from) / 1e6 }
}

/// One loop's part of it.
final class OutagePart: ScenarioPart {
    private let scenario: OutageScenario
    private let context: PartContext
    private let users: LoggedInUsers
    private let logins: OutageLogins

    init(_ scenario: OutageScenario, _ context: PartContext) throws(BenchError) {
        self.scenario = scenario
        self.context = context
        // A source each: what is prepared must not use up what is measured.
        let codes = try CodeSources.make(scenario.codes, users: 0, context)
        users = LoggedInUsers(max(1, context.share(of: scenario.users)), codes, context)
        logins = OutageLogins(DerivedCodes(appid: context.options.appid, runID: "\(context.runID)l"), context.options)
    }

    var findings: [Finding] {
        [Finding(name: "good", values: logins.good), Finding(name: "bad", values: logins.bad)]
    }

    func setUp() async throws(BenchError) { try await users.logIn() }

    func streams(_ timeline: Timeline) -> [any Load] {
        let options = context.options
        let checks = CheckWorkload(users.users, .session, kind: 0, options, seed: options.seed &+ UInt64(context.index))
        // Logins that hang must not take the connections of the checks.
        let loginPlan = options.plan(context, connections: OutagePart.loginConnections, rate: scenario.loginRate)
        return [(checks as any Workload, options.plan(context)), (logins, loginPlan)].map { workload, plan in
            LoadStream(workload, plan, dialer: context.dialer, recorder: context.recorder, on: context.loop)
        }
    }

    /// Logins that may be under way: those of many seconds, each of which may last until a time-out.
    static let loginConnections = 1024
}
