import TestSupport
import WeChat

@testable import Gateway

/// A pool, people who want codes, and a WeChat with good and bad days; all by chance, and the same in every run.
struct QRCodePoolWalk {
    typealias Machine = QRCodePoolStateMachine<Int>

    private enum Weather: CaseIterable {
        case fine, slow, flaky, down, unpublished, limited
    }

    private struct Flight {
        let fetch: QRCodeFetch
        let endsAt: Int64
        let error: WeChatError?
    }

    private(set) var counts = (asked: 0, served: 0, refused: 0, left: 0, overBudget: 0, fetches: 0)
    private(set) var failure: String?

    private var machine: Machine
    private var random: SeededGenerator
    private var now: Int64 = 1_700_000_000_000
    private var weather = Weather.fine
    private var flights: [Flight] = []
    private var wakeAt: Int64?
    /// Who waits, since when.
    private var waiting: [Int: Int64] = [:]
    private var lastServed = 0
    private var lastID = 0
    private var codes: UInt64 = 0
    private var handedOut: Set<QRScene> = []
    private var calls: [Int64] = []
    private var oldestCall = 0
    private let size: Int

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        size = Int.random(in: 0...20, using: &random)
        let limits = QRCodePoolLimits(size: size, apps: 1, timeoutMilliseconds: 3_000)
        machine = Machine(limits: limits, seed: seed)
        take(machine.start(now: now))
    }

    /// Lets people ask, from rarely to far too often, for so long; then all is well and quiet for ten minutes.
    mutating func run(seconds: Int64) {
        let end = now + seconds * 1000
        var gap: Int64 = 100
        var changeAt = now
        while now < end, failure == nil {
            if now >= changeAt {
                weather = Weather.allCases.randomElement(using: &random) ?? .fine
                gap = [2, 8, 15, 200, 5_000].randomElement(using: &random) ?? 100
                changeAt = now + Int64.random(in: 1_000...40_000, using: &random)
            }
            pass(Int64.random(in: 0...2 * gap, using: &random))
            switch Int.random(in: 0..<20, using: &random) {
            case 0: leave()
            case 1: repeatCall()
            default: ask()
            }
        }
        weather = .fine
        pass(600_000)
        if !waiting.isEmpty { fail("\(waiting.count) wait forever") }
        if machine.ready.count != size { fail("\(machine.ready.count) codes of \(size) in the end") }
    }

    // MARK: - What happens

    private mutating func ask() {
        lastID += 1
        counts.asked += 1
        let hadReady = !machine.ready.isEmpty
        let (answer, actions) = machine.ask(id: lastID, waiter: lastID, now: now)
        waiting[lastID] = now
        if let answer { answered(lastID, answer) }
        if hadReady, waiting[lastID] != nil { fail("\(lastID) waits beside a code") }
        take(actions)
    }

    private mutating func leave() {
        guard let id = waiting.keys.min() else { return }
        waiting[id] = nil
        counts.left += 1
        machine.leave(id: id)
    }

    private mutating func repeatCall() {
        if machine.takeRepeat(now: now) { called() }
    }

    /// Time passes; what is due happens in its order.
    private mutating func pass(_ milliseconds: Int64) {
        let end = now + milliseconds
        while failure == nil {
            let landing = flights.indices.min { flights[$0].endsAt < flights[$1].endsAt }
            let landsAt = landing.map { flights[$0].endsAt } ?? .max
            let next = min(landsAt, wakeAt ?? .max)
            guard next <= end else { break }
            now = max(now, next)
            if let landing, landsAt <= now {
                land(flights.remove(at: landing))
            } else {
                wakeAt = nil
                take(machine.wake(now: now))
            }
        }
        now = end
        if let longest = waiting.values.min(), now - longest > 4_000 { fail("somebody waits for \(now - longest) ms") }
    }

    private mutating func land(_ flight: Flight) {
        if let error = flight.error {
            take(machine.failed(error, of: flight.fetch, now: now))
            return
        }
        codes += 1
        guard let code = try? QRCodeMachineFixture.code(codes, bytes: 6) else { return fail("no code") }
        take(machine.arrived(code, of: flight.fetch, now: now))
    }

    private mutating func take(_ actions: [Machine.Action]) {
        for action in actions {
            switch action {
            case .fetch(let fetch): fly(fetch)
            case .answer(let waiter, let answer): answered(waiter, answer)
            case .wakeAt(let time): wakeAt = time
            case .tell, .tellRecovered: break
            }
        }
        if machine.waiting.count > Machine.waitersMax { fail("\(machine.waiting.count) wait") }
        if machine.inFlight != flights.count { fail("it believes in \(machine.inFlight) fetches") }
        if !machine.waiting.isEmpty, wakeAt == nil { fail("nobody looks after who waits") }
    }

    private mutating func fly(_ fetch: QRCodeFetch) {
        called()
        counts.fetches += 1
        let chance = Int.random(in: 0..<100, using: &random)
        let error: WeChatError? =
            switch weather {
            case .fine: chance < 1 ? QRCodeMachineFixture.busy : nil
            case .slow: chance < 20 ? .timeout : nil
            case .flaky: chance < 50 ? .invalidReply(reason: "garbage") : nil
            case .down: .connection(reason: "refused")
            case .unpublished: QRCodeMachineFixture.unpublished
            case .limited: chance < 90 ? QRCodeMachineFixture.minute : nil
            }
        let slowest: Int64 = weather == .slow ? 3_000 : 300
        let duration = error == .timeout ? 3_000 : Int64.random(in: 1...slowest, using: &random)
        flights.append(Flight(fetch: fetch, endsAt: now + duration, error: error))
        if flights.count > Machine.inFlightMax { fail("\(flights.count) fetches") }
    }

    // MARK: - What must hold

    private mutating func called() {
        calls.append(now)
        while calls[oldestCall] <= now - 60_000 { oldestCall += 1 }
        if calls.count - oldestCall > 4_000 { fail("\(calls.count - oldestCall) calls in a minute") }
    }

    private mutating func answered(_ id: Int, _ answer: QRCodeAnswer) {
        let since = waiting.removeValue(forKey: id)
        guard since != nil else { return fail("\(id) is told twice, or after he left") }
        switch answer {
        case .code(let code):
            counts.served += 1
            if id < lastServed { fail("\(id) is served after \(lastServed)") }
            lastServed = id
            if !handedOut.insert(code.scene).inserted { fail("a code is handed out twice") }
        case .refused(let refusal):
            counts.refused += 1
            if case .overBudget(let seconds) = refusal {
                counts.overBudget += 1
                if !(1...61).contains(seconds) { fail("again after \(seconds) s") }
            }
        }
    }

    private mutating func fail(_ what: String) {
        if failure == nil { failure = "\(what) at \(now)" }
    }
}
