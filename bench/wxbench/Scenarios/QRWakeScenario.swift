/// From the phone's yes to the browser's login.
struct QRWakeScenario: Scenario {
    var options: RunOptions
    var codes: CodeOrigin
    /// Pairs of a phone and a browser.
    var pairs: Int
    /// Further browsers that wait meanwhile.
    var polls: Int
    var pollsPerTicket: Int

    let name = "qr-wake"
    let kinds = [KindOfRequest(name: "wake"), KindOfRequest(name: "parked poll", isCounted: false)]

    /// Logins a second where nobody says it: WeChat gives codes for 83.
    static let rateDefault = 50.0

    var phases: [Phase] { Phase.usual(options) }

    var settings: [String: String] {
        ["codes": codes.description, "pairs": String(pairs), "polls": String(polls)]
    }

    func makePart(_ context: PartContext) throws(BenchError) -> any ScenarioPart {
        try QRWakePart(self, context)
    }

    func prepare(_ stage: any Stage) async throws(BenchError) -> [Note] {
        try await stage.perform("park")
        await stage.settle()
        return []
    }
}

/// One loop's part of it.
final class QRWakePart: ScenarioPart {
    private let scenario: QRWakeScenario
    private let context: PartContext
    private let users: LoggedInUsers
    private var polls: HeldPolls?
    private var tickets: [QRTicket] = []

    init(_ scenario: QRWakeScenario, _ context: PartContext) throws(BenchError) {
        self.scenario = scenario
        self.context = context
        let codes = try CodeSources.make(scenario.codes, users: 0, context)
        users = LoggedInUsers(max(1, context.share(of: scenario.pairs)), codes, context)
    }

    func setUp() async throws(BenchError) {
        try await users.logIn()
        let count = context.share(of: scenario.polls)
        tickets = try await QRTickets.make((count + scenario.pollsPerTicket - 1) / scenario.pollsPerTicket, context)
        polls = HeldPolls(count, tickets, perTicket: scenario.pollsPerTicket, context, kind: 1)
    }

    func perform(_ step: String) async throws(BenchError) {
        let options = context.options
        try QRTickets.check(tickets, last: options.warmup + options.ramp + options.duration)
        try await polls?.open()
        await polls?.park()
    }

    func streams(_ timeline: Timeline) -> [any Load] {
        let pairs = users.users.map { WakePair($0, context) }
        let rate = (context.options.rate ?? QRWakeScenario.rateDefault) / Double(context.options.loops)
        let interval = MonotonicClock.nanoseconds(Double(pairs.count) / rate)
        let wakes = TaskLoad(pairs, everyNanoseconds: interval, on: context.loop)
        return polls.map { [wakes, $0] } ?? [wakes]
    }
}
