import TestSupport
import WeChat

@testable import Gateway

/// Thirty days of one app's access_token: the machine, WeChat's rules, and everything that goes wrong, on simulated time.
///
/// Events are taken in the order of their times; the same seed gives the same days. What must hold is in `+Checks`.
struct AccessTokenSimulation {
    typealias Machine = AccessTokenStateMachine<Int>

    /// What happens next, each at one time; the raw value is its place in `times`.
    enum Event: Int, CaseIterable {
        case reach, reply, wake, save, up, probe, aim, lie, steal, kill, crash
    }

    /// What is under way between the machine and WeChat or the store.
    enum Call {
        case load
        case fetch(AccessTokenFetch)
        case prove(Int)
        case saveBeforeForce(AccessTokenRecord)
    }

    /// How calls fail, for a while or once.
    enum Fault: Int, CaseIterable {
        case connection, timeout, busy, garbage, minuteQuota, dayQuota, misconfigured
    }

    struct Pending {
        let id: Int
        let user: AccessTokenUser
        let askedAt: Int64
        let reported: Int?
    }

    static let never = Int64.max
    static let begin: Int64 = 1_700_000_000_000
    static let end = begin + 30 * 86_400_000
    /// Nothing goes wrong in the last hours, so that the end shows whether it recovers by itself.
    static let calm = end - 3 * 3_600_000
    static let stormEnd = begin + 4 * 86_400_000

    let seed: UInt64
    let policy: AccessTokenPolicy
    /// In the first days of some runs tokens die every hour or so.
    let isStormySeed: Bool
    let hasOwnCalls: Bool
    let isHammered: Bool

    var random: SeededGenerator
    var machine: Machine
    var weChat = SimulatedTokens()
    var now = Self.begin
    var times = [Int64](repeating: Self.never, count: Event.allCases.count)

    var call: Call?
    var callBeganAt: Int64 = 0
    /// What WeChat did when the call reached it.
    var reached: Result<(token: Int, expiresIn: Int), WeChatError> = .failure(.timeout)
    var proof = AccessTokenProof.alive
    var isStored = true
    var saved: AccessTokenRecord?
    var saving: AccessTokenRecord?
    var outage: (fault: Fault, from: Int64, until: Int64)
    var isUp = true

    var pending: [Pending] = []
    var nextID = 0

    // For the checks.
    var failure: String?
    var startedAt = Self.begin
    var knownDead: Set<Int> = []
    var ownEvidence: Set<Int> = []
    var lastProofWasUnclear = false
    var calls: [Int64] = []
    var forced: [Int64] = []
    var spent: [Int64] = []
    var callsOldest = 0
    /// Waiting is excused until then, and having no token.
    var mayWaitUntil: Int64
    var mayFailUntil: Int64 = 0
    var counts = Counts()

    /// What happened, so that the test knows that it tests something.
    struct Counts: Sendable {
        var served = 0, waited = 0, unavailable = 0, deaths = 0, forced = 0, fetches = 0, crashes = 0, lies = 0
        var budgetSpent = 0, events = 0

        mutating func add(_ other: Counts) {
            served += other.served
            waited += other.waited
            unavailable += other.unavailable
            deaths += other.deaths
            forced += other.forced
            fetches += other.fetches
            crashes += other.crashes
            lies += other.lies
            budgetSpent += other.budgetSpent
            events += other.events
        }
    }

    init(seed: UInt64) {
        self.seed = seed
        var policy = AccessTokenPolicy()
        policy.mode = seed.isMultiple(of: 2) ? .stable : .legacy
        policy.aheadSeconds = [60, 120, 300, 600, 600, 1200, 3600][Int(seed / 2 % 7)]
        self.policy = policy
        isStormySeed = seed / 2 % 8 == 3
        hasOwnCalls = seed / 2 % 4 != 3 || seed / 2 % 16 == 11
        random = SeededGenerator(seed: seed)
        machine = Machine(policy: policy, seed: seed)
        outage = (.busy, 0, 0)
        mayWaitUntil = now + 10_000
        // A few begin with hours without WeChat, in which everybody asks all the time.
        isHammered = seed % 50 < 2
        outage = isHammered ? (.busy, now, now + 5 * 3_600_000) : nextOutage(after: now)
        times[Event.up.rawValue] = now
        isUp = false
        plan(.probe, in: 1_000)
        plan(.lie, in: 16 * 3_600_000)
        plan(.steal, in: isStormy ? 12 * 3_600_000 : 72 * 3_600_000)
        plan(.kill, in: isStormy ? 3_600_000 : 120 * 3_600_000)
        plan(.crash, in: 60 * 3_600_000)
    }

    /// Runs to the end, or to the first thing that must not be.
    mutating func run() {
        while failure == nil {
            var first = 0
            var time = Self.never
            var index = 0
            // A plain loop: this is where an unoptimized build spends its time.
            while index < times.count {
                if times[index] < time {
                    first = index
                    time = times[index]
                }
                index += 1
            }
            guard time < Self.end, let event = Event(rawValue: first) else { break }
            now = max(now, time)
            times[first] = Self.never
            counts.events += 1
            if counts.events > 200_000 { fail("no end of events") }
            handle(event)
        }
        now = Self.end
        checkEnd()
    }

    private mutating func handle(_ event: Event) {
        switch event {
        case .reach: reach()
        case .reply: reply()
        case .wake: perform(machine.wake(now: now))
        case .save:
            saved = saving
            saving = nil
        case .up: boot()
        case .probe:
            plan(.probe, in: isHammered && now < Self.begin + 5 * 3_600_000 ? 6_000 : 5_400_000)
            probe()
        case .aim: probe()
        case .lie:
            plan(.lie, in: 16 * 3_600_000)
            lie()
        case .steal:
            plan(.steal, in: isStormy ? 12 * 3_600_000 : 72 * 3_600_000)
            if now < Self.calm { _ = policy.mode == .legacy ? weChat.plain(.legacy, at: now) : weChat.force(at: now) }
        case .kill:
            plan(.kill, in: isStormy ? 6_000_000 : 120 * 3_600_000)
            if now < Self.calm { weChat.kill(at: now) }
        case .crash:
            plan(.crash, in: 60 * 3_600_000)
            if now < Self.calm { crash() }
        }
    }

    // MARK: - The process

    private mutating func boot() {
        isUp = true
        startedAt = now
        mayWaitUntil = max(mayWaitUntil, now + 10_000)
        machine = Machine(policy: policy, seed: random.next())
        perform(machine.start(now: now))
    }

    private mutating func crash() {
        guard isUp else { return }
        counts.crashes += 1
        isUp = false
        call = nil
        pending = []
        // What was not written is lost.
        saving = nil
        for event in [Event.reach, .reply, .wake, .save, .aim] { times[event.rawValue] = Self.never }
        knownDead = []
        if let kept = saved?.kept, saved?.deathFoundBy != nil { knownDead.insert(number(kept.token)) }
        let isLong = uniform(10) == 0
        times[Event.up.rawValue] = now + 100 + uniform(isLong ? 3 * 3_600_000 : 2_000)
    }

    // MARK: - Requests

    private mutating func probe() {
        guard isUp else { return }
        let user: AccessTokenUser = hasOwnCalls && uniform(2) == 0 ? .ownCall : .caller
        nextID += 1
        let wasBusy = machine.operation != nil
        let (answer, actions) = machine.ask(by: user, id: nextID, waiter: nextID, now: now)
        if user == .ownCall, let kept = machine.current, knownDead.contains(number(kept.token)) {
            ownEvidence.insert(number(kept.token))
        }
        let pending = Pending(id: nextID, user: user, askedAt: now, reported: nil)
        if let answer {
            perform(actions)
            receive(answer, pending)
        } else {
            checkMayWait(user, wasBusy: wasBusy)
            self.pending.append(pending)
            perform(actions)
        }
    }

    private mutating func lie() {
        guard isUp, let kept = machine.served(now: now) else { return }
        counts.lies += 1
        // Who lies is not listened to more than who does not; but he may be right by accident.
        report(number(kept.token), by: .caller)
    }

    mutating func report(_ token: Int, by user: AccessTokenUser) {
        guard isUp, let name = AccessToken("t\(token)") else { return }
        nextID += 1
        if user == .ownCall { ownEvidence.insert(token) }
        let (answer, actions) = machine.report(name, by: user, id: nextID, waiter: nextID, now: now)
        let pending = Pending(id: nextID, user: user, askedAt: now, reported: token)
        if answer == nil { self.pending.append(pending) }
        perform(actions)
        if let answer { receive(answer, pending) }
    }

    // MARK: - What the machine wants

    mutating func perform(_ actions: [Machine.Action]) {
        for action in actions {
            switch action {
            case .load: begin(.load)
            case .fetch(let fetch): begin(.fetch(fetch))
            case .prove(let token): begin(.prove(number(token)))
            case .saveBeforeForce(let record): begin(.saveBeforeForce(record))
            case .save(let record):
                saving = record
                times[Event.save.rawValue] = now + 3
            case .wakeAt(let time):
                checkWake(time)
                times[Event.wake.rawValue] = max(time, now + 1)
            case .answer(let answers):
                for (waiter, answer) in answers {
                    guard let index = pending.firstIndex(where: { $0.id == waiter }) else {
                        fail("answered twice")
                        continue
                    }
                    receive(answer, pending.remove(at: index))
                }
            case .tell(let event): heard(event)
            }
        }
    }

    private mutating func heard(_ event: AccessTokenEvent) {
        switch event {
        case .fetched(let fetch, isNew: true):
            // Just inside the last minute, where a caller notices that the renewal is late.
            if let kept = machine.current { times[Event.aim.rawValue] = max(now + 1, kept.expiresAt - 59_900) }
            if fetch.isForced, isStormy, uniform(3) == 0 {
                // A forced one that dies at once, and somebody who notices.
                times[Event.kill.rawValue] = now + 500
                times[Event.aim.rawValue] = now + 1_000
            }
        case .budgetSpent: counts.budgetSpent += 1
        case .diedEarly: counts.deaths += 1
        case .fetched, .fetchFailed, .aliveAfterAll: break
        }
    }

    private mutating func begin(_ call: Call) {
        if self.call != nil { fail("two operations at once") }
        self.call = call
        callBeganAt = now
        checkBegin(call)
        switch call {
        case .load, .saveBeforeForce: times[Event.reach.rawValue] = now + 1 + uniform(20)
        case .fetch, .prove: times[Event.reach.rawValue] = now + 10 + uniform(uniform(50) == 0 ? 2_000 : 100)
        }
    }

    // MARK: - Numbers

    private var isStormy: Bool { isStormySeed && now < Self.stormEnd }

    func number(_ token: AccessToken) -> Int { Int(token.string.dropFirst()) ?? -1 }

    /// 0 to `limit`, without it.
    mutating func uniform(_ limit: Int64) -> Int64 { Int64(random.next() % UInt64(limit)) }

    /// At a random moment of the given span.
    mutating func plan(_ event: Event, in span: Int64) {
        times[event.rawValue] = now + 1 + uniform(span)
    }
}
