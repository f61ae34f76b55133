/// Checks of tokens: `session` and `auth-check`.
struct CheckScenario: Scenario {
    var options: RunOptions
    var check: TokenCheck
    var codes: CodeOrigin
    var users: Int

    var name: String {
        switch check {
        case .session: "session"
        case .authCheck: "auth-check"
        }
    }

    let kinds = [KindOfRequest(name: "check"), .peer("plain GET")]

    var phases: [Phase] { Phase.usual(options) }

    var settings: [String: String] { ["codes": codes.description, "users": String(users)] }

    func makePart(_ context: PartContext) throws(BenchError) -> any ScenarioPart {
        try CheckPart(self, context)
    }
}

/// One loop's part of it.
final class CheckPart: ScenarioPart {
    private let scenario: CheckScenario
    private let context: PartContext
    private let users: LoggedInUsers

    init(_ scenario: CheckScenario, _ context: PartContext) throws(BenchError) {
        self.scenario = scenario
        self.context = context
        let codes = try CodeSources.make(scenario.codes, users: 0, context)
        users = LoggedInUsers(max(1, context.share(of: scenario.users)), codes, context)
    }

    func setUp() async throws(BenchError) { try await users.logIn() }

    func streams(_ timeline: Timeline) -> [any Load] {
        let options = context.options
        let workload = CheckWorkload(
            users.users,
            scenario.check,
            kind: 0,
            options,
            seed: options.seed &+ UInt64(context.index)
        )
        return Turns.streams(workload, peerKind: 1, .get, timeline, context)
    }
}
