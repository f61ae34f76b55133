import Testing
import WeChat

@testable import Gateway

/// A machine, its clock, and what it wanted; shared by the tests of the machine.
struct AccessTokenMachineFixture {
    typealias Machine = AccessTokenStateMachine<String>

    static let begin: Int64 = 1_700_000_000_000

    var machine: Machine
    var now = Self.begin
    /// In short words, since the last look.
    private(set) var log: [String] = []
    private(set) var wakeAt: Int64?
    private(set) var record: AccessTokenRecord?
    private var nextID = 0

    /// - Parameter isStarted: with an empty store, up to the first fetch.
    init(_ mode: AccessTokenMode = .stable, ahead: Int = 600, seed: UInt64 = 1, isStarted: Bool = true) {
        var policy = AccessTokenPolicy()
        policy.mode = mode
        policy.aheadSeconds = ahead
        machine = Machine(policy: policy, seed: seed)
        guard isStarted else { return }
        take(machine.start(now: now))
        take(machine.loaded(nil, now: now))
    }

    /// One that serves `t1`, which has 7,200 s.
    static func serving(_ mode: AccessTokenMode = .stable, ahead: Int = 600) throws -> Self {
        var fixture = Self(mode, ahead: ahead)
        try fixture.fetched("t1")
        _ = fixture.look()
        return fixture
    }

    /// One whose `t1` is proven dead by a caller's report `a`, up to the plain fetch.
    static func dead(_ mode: AccessTokenMode = .stable) throws -> Self {
        var fixture = try serving(mode)
        try fixture.report("t1", by: .caller, "a")
        fixture.proved(.dead(refusal))
        _ = fixture.look()
        return fixture
    }

    static let refusal = WeChatRefusal(errcode: 40001, errmsg: "invalid credential")
    static let busy = WeChatError.busy(WeChatRefusal(errcode: -1, errmsg: "system error"))

    /// What was wanted since the last look, without `wakeAt` and `save`.
    mutating func look() -> [String] {
        defer { log = [] }
        return log
    }

    var due: Int64? { wakeAt.map { ($0 - now) / 1000 } }

    mutating func pass(_ seconds: Int64) { now += seconds * 1000 }

    mutating func wake() {
        if let wakeAt { now = max(now, wakeAt) }
        take(machine.wake(now: now))
    }

    mutating func fetched(_ token: String, expiresIn: Int = 7200) throws {
        let token = try #require(AccessToken(token))
        take(machine.fetched(.success(IssuedAccessToken(token: token, expiresIn: expiresIn)), now: now))
    }

    mutating func failed(_ error: WeChatError) { take(machine.fetched(.failure(error), now: now)) }

    mutating func proved(_ proof: AccessTokenProof) { take(machine.proved(proof, now: now)) }

    mutating func saved(_ isSaved: Bool = true) { take(machine.savedBeforeForce(isSaved, now: now)) }

    mutating func stop() { take(machine.stop(now: now)) }

    mutating func start() { take(machine.start(now: now)) }

    mutating func loaded(_ record: AccessTokenRecord?) { take(machine.loaded(record, now: now)) }

    mutating func loadFailed() { take(machine.loadFailed(now: now)) }

    /// Under its name as the waiter; an answer at once is logged like any other.
    mutating func ask(by user: AccessTokenUser, _ name: String) {
        nextID += 1
        let (answer, actions) = machine.ask(by: user, id: nextID, waiter: name, now: now)
        take(actions)
        if let answer { log.append(Self.text(name, answer)) }
    }

    mutating func report(_ token: String?, by user: AccessTokenUser, _ name: String) throws {
        nextID += 1
        let token = try token.map { try #require(AccessToken($0)) }
        let (answer, actions) = machine.report(token, by: user, id: nextID, waiter: name, now: now)
        take(actions)
        if let answer { log.append(Self.text(name, answer)) }
    }

    mutating func leaveLast() { machine.leave(id: nextID) }

    func usable(by user: AccessTokenUser) -> String? { machine.usable(by: user, now: now)?.token.string }

    var phase: Machine.Phase { machine.phase(now: now) }

    private mutating func take(_ actions: [Machine.Action]) {
        for action in actions {
            switch action {
            case .load: log.append("load")
            case .fetch(let fetch): log.append(fetch.isForced ? "force" : "fetch \(fetch.reason)")
            case .prove(let token): log.append("prove \(token.string)")
            case .saveBeforeForce(let record):
                self.record = record
                log.append("save first")
            case .save(let record): self.record = record
            case .wakeAt(let time): wakeAt = time
            case .answer(let answers): log += answers.map { Self.text($0.waiter, $0.answer) }
            case .tell(.diedEarly(let kept, _)): log.append("died \(kept.token.string)")
            case .tell(.budgetSpent): log.append("budget spent")
            case .tell: break
            }
        }
    }

    private static func text(_ name: String, _ answer: AccessTokenAnswer) -> String {
        switch answer {
        case .token(let kept): "\(name): \(kept.token.string)"
        case .report(let report):
            "\(name): \(report.current.token.string)" + (report.isRefreshed ? " new" : " same")
                + (report.retryAfterSeconds.map { " after \($0)" } ?? "")
        case .unavailable(let unavailable): "\(name): none after \(unavailable.retryAfterSeconds)"
        }
    }
}
