import UV

/// Browsers that wait, and what that costs.
struct QRHoldScenario: Scenario {
    var options: RunOptions
    var polls: Int
    var pollsPerTicket: Int

    let name = "qr-hold"
    let kinds = [KindOfRequest(name: "poll")]

    var phases: [Phase] { [Phase(name: "hold", duration: options.duration)] }

    var settings: [String: String] { ["polls": String(polls), "polls_per_ticket": String(pollsPerTicket)] }

    func makePart(_ context: PartContext) throws(BenchError) -> any ScenarioPart {
        QRHoldPart(self, context)
    }

    func prepare(_ stage: any Stage) async throws(BenchError) -> [Note] {
        await stage.settle()
        let before = stage.residentBytes()
        try await stage.perform("open")
        await stage.settle()
        let opened = stage.residentBytes()
        try await stage.perform("park")
        await stage.settle()
        let parked = stage.residentBytes()
        guard let before, let opened, let parked else { return [] }
        func each(_ growth: Int) -> Double { Double(growth) / Double(polls) }
        return [
            Note(name: "resident before", value: Double(before), unit: "B"),
            Note(name: "resident an idle connection", value: each(opened - before), unit: "B"),
            Note(name: "resident a parked poll, its connection included", value: each(parked - before), unit: "B"),
        ]
    }
}

/// One loop's part of it.
final class QRHoldPart: ScenarioPart {
    private let scenario: QRHoldScenario
    private let context: PartContext
    private var tickets: [QRTicket] = []
    private var polls: HeldPolls?

    init(_ scenario: QRHoldScenario, _ context: PartContext) {
        self.scenario = scenario
        self.context = context
    }

    private var count: Int { context.share(of: scenario.polls) }

    func setUp() async throws(BenchError) {
        tickets = try await QRTickets.make(
            (count + scenario.pollsPerTicket - 1) / scenario.pollsPerTicket,
            context
        )
        polls = HeldPolls(count, tickets, perTicket: scenario.pollsPerTicket, context, kind: 0)
    }

    func perform(_ step: String) async throws(BenchError) {
        switch step {
        case "open": try await polls?.open()
        default:
            try QRTickets.check(tickets, last: context.options.duration)
            await polls?.park()
        }
    }

    func streams(_ timeline: Timeline) -> [any Load] { polls.map { [$0] } ?? [] }
}

/// Tickets by the dozen.
enum QRTickets {
    static func make(_ count: Int, _ context: PartContext) async throws(BenchError) -> [QRTicket] {
        let caller = Caller(context.dialer, site: context.options.site, on: context.loop)
        defer { caller.close() }
        var tickets: [QRTicket] = []
        while tickets.count < count {
            let ticket = try await QRTicket.make(by: caller, appid: context.options.appid) { milliseconds in
                try? await context.loop.sleep(milliseconds: milliseconds)
            }
            tickets.append(ticket)
        }
        return tickets
    }

    /// All must outlive the load, or polls end for a reason that is none of the gateway's.
    static func check(_ tickets: [QRTicket], last duration: Double) throws(BenchError) {
        /// For what comes before and after the load.
        let margin = 10.0
        let now = MonotonicClock.now()
        for ticket in tickets {
            let left = Double(ticket.expiresIn) - MonotonicClock.seconds(now - ticket.madeAt)
            if left < duration + margin {
                throw .setUp(
                    "tickets live \(ticket.expiresIn) s, too short for this: start wxgate with WXGATE_QR_TTL=3600, or use a shorter --duration"
                )
            }
        }
    }
}
