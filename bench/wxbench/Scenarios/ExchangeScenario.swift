/// Exchanges of codes: complete logins.
struct ExchangeScenario: Scenario {
    var options: RunOptions
    var codes: CodeOrigin
    /// How many users come back again and again; 0: each code is a new user's.
    var users: Int

    let name = "exchange"
    let kinds = [
        KindOfRequest(name: "login"), KindOfRequest(name: "verify", isCounted: false), .peer("proxy hop"),
    ]

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
        // Codes of its own, as no code is sent twice.
        let peerCodes = DerivedCodes(appid: context.options.appid, runID: "\(context.runID)p")
        return Turns.streams(workload, peerKind: 2, .exchange(peerCodes), timeline, context)
    }

    func tearDown() { codes.tearDown() }
}
