/// Every client's token dies at once, and all of them log in again.
struct StormScenario: Scenario {
    var options: RunOptions
    /// Clients, each a user of its own.
    var clients: Int

    let name = "storm"
    let kinds = [
        KindOfRequest(name: "refused check"), KindOfRequest(name: "login"), KindOfRequest(name: "check"),
    ]

    var phases: [Phase] { [Phase(name: "storm", duration: options.duration)] }

    var settings: [String: String] { ["clients": String(clients)] }

    func makePart(_ context: PartContext) throws(BenchError) -> any ScenarioPart { StormPart(self, context) }

    func notes(_ stage: any Stage, findings: [Finding]) -> [Note] {
        guard let start = stage.beginning(of: "storm") else { return [] }
        let moments = findings.filter { $0.name == "well" }.flatMap(\.values).sorted()
        var notes = [
            Note(name: "clients", value: Double(clients), unit: ""),
            Note(name: "clients that are well again", value: Double(moments.count), unit: ""),
        ]
        for (name, share) in [("half of the clients", 0.5), ("90%", 0.9), ("99%", 0.99), ("all", 1.0)] {
            let needed = Int((Double(clients) * share).rounded(.up))
            guard needed > 0, needed <= moments.count else { continue }
            let seconds = MonotonicClock.seconds(moments[needed - 1] - start)
            notes.append(Note(name: "\(name) well again after", value: seconds, unit: "s"))
        }
        return notes
    }
}

/// One loop's part of it.
final class StormPart: ScenarioPart {
    private let context: PartContext
    private let clients: StormWorkload
    private let count: Int

    init(_ scenario: StormScenario, _ context: PartContext) {
        self.context = context
        count = context.share(of: scenario.clients)
        let codes = DerivedCodes(appid: context.options.appid, runID: context.runID, users: max(1, count))
        clients = StormWorkload(count, codes, context.options, seed: context.options.seed &+ UInt64(context.index))
    }

    var findings: [Finding] { [Finding(name: "well", values: clients.wellAt)] }

    /// Logs all in, then out: from then on every token is dead, and no client knows it.
    func setUp() async throws(BenchError) {
        for stage in [StormWorkload.Stage.logIn, .logOut] {
            clients.begin(stage)
            let recorder = Recorder(kinds: Array(repeating: KindOfRequest(name: "set-up"), count: 3))
            let plan = StreamPlan(
                connections: min(max(1, count), LoggedInUsers.connectionsMax),
                timeout: context.options.timeout
            )
            let stream = LoadStream(clients, plan, dialer: context.dialer, recorder: recorder, on: context.loop)
            try await stream.runToEnd(on: context.loop)
            if let failure = clients.setUpFailure { throw .setUp("the clients' sessions: \(failure)") }
        }
        clients.begin(.storm)
    }

    func streams(_ timeline: Timeline) -> [any Load] {
        var plan = context.options.plan(context)
        // All at once is the point.
        plan.schedule = nil
        plan.ramp = 0
        return [LoadStream(clients, plan, dialer: context.dialer, recorder: context.recorder, on: context.loop)]
    }
}
