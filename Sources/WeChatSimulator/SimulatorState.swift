/// Everything a simulator knows, as one value: changed by the rules, without I/O and without a clock.
struct SimulatorState: Sendable {
    typealias UserKey = SimulatedUser.Key

    let configuration: SimulatorConfiguration
    var apps: [String: SimulatedApp] = [:]
    var defaultAppid: String?
    var users: [UserKey: SimulatedUser] = [:]
    var codes = CodeBook()
    var phoneCodes = PhoneCodeBook()
    var accessTokens = AccessTokenIssuer()
    var usage = APIUsage()
    var entrances = EntranceBook()
    var roster = UserRoster()
    /// Host and port where clients find the simulator that do not say how they found it.
    var address = ListenAddress.default.description
    var generator: SeededGenerator

    private var faults: FaultInjector
    private var tallies: [WeChatEndpoint: SimulatorCounters.Endpoint] = [:]
    private var exchanges = 0
    var codesMinted = 0

    init(_ configuration: SimulatorConfiguration) {
        self.configuration = configuration
        generator = SeededGenerator(seed: configuration.seed ?? UInt64.random(in: .min ... .max))
        faults = FaultInjector(plan: FaultPlan(), defaultLatency: configuration.latency, seed: generator.next())
        defaultAppid = configuration.apps.first?.appid
        for app in configuration.apps { apps[app.appid] = app }
    }

    /// Decides what becomes of a request, and counts it.
    mutating func plan(_ call: WeChatCall, at now: UnixTime) -> ReplyPlan {
        let endpoint = WeChatEndpoint(path: call.path)
        tallies[endpoint, default: .init()].total += 1
        let delay = faults.nextDelay()
        let rule = faults.nextRule(path: call.path)
        let fault = rule?.fault
        var reply: WeChatReply?
        if rule?.takesEffect ?? true { reply = self.reply(of: endpoint, to: call, at: now, spoiledBy: fault) }
        return ReplyPlan(
            delayMilliseconds: delay,
            delivery: delivery(of: reply, under: fault, of: endpoint, at: now)
        )
    }

    private mutating func reply(
        of endpoint: WeChatEndpoint,
        to call: WeChatCall,
        at now: UnixTime,
        spoiledBy fault: Fault?
    ) -> WeChatReply {
        switch endpoint {
        case .code2Session:
            let outcome = Code2SessionEndpoint.exchange(call, at: now, in: &self)
            if case .granted = outcome { exchanges += 1 }
            return reply(of: endpoint, with: outcome, at: now, spoiledBy: fault) {
                Code2SessionReply.body(of: $0, spoiledBy: fault)
            }
        case .accessToken:
            let outcome = AccessTokenEndpoint.issue(call, at: now, in: &self)
            return reply(of: endpoint, with: outcome, at: now, spoiledBy: fault) {
                AccessTokenEndpoint.body(of: $0, spoiledBy: fault)
            }
        case .stableToken:
            let outcome = StableTokenEndpoint.fetch(call, at: now, in: &self)
            return reply(of: endpoint, with: outcome, at: now, spoiledBy: fault) {
                AccessTokenEndpoint.body(of: $0, spoiledBy: fault)
            }
        case .apiDomainIP:
            let outcome = APIDomainIPEndpoint.list(call, at: now, in: &self)
            return reply(of: endpoint, with: outcome, at: now, spoiledBy: fault) {
                APIDomainIPEndpoint.body(of: $0, spoiledBy: fault)
            }
        case .apiQuota:
            let outcome = APIQuotaEndpoint.get(call, at: now, in: &self)
            return reply(of: endpoint, with: outcome, at: now, spoiledBy: fault) {
                APIQuotaEndpoint.body(of: $0, spoiledBy: fault)
            }
        case .unlimitedWXACode:
            let outcome = UnlimitedWXACodeEndpoint.make(call, at: now, in: &self)
            var reply = reply(of: endpoint, with: outcome, at: now, spoiledBy: fault) { _ in [] }
            if case .granted(let code) = outcome { reply.picture = code }
            return reply
        case .urlLink:
            let outcome = URLLinkEndpoint.make(call, at: now, in: &self)
            return reply(of: endpoint, with: outcome, at: now, spoiledBy: fault) {
                URLLinkEndpoint.body(of: $0, spoiledBy: fault)
            }
        case .userPhoneNumber:
            let outcome = UserPhoneNumberEndpoint.exchange(call, at: now, in: &self)
            return reply(of: endpoint, with: outcome, at: now, spoiledBy: fault) {
                UserPhoneNumberEndpoint.body(of: $0, spoiledBy: fault)
            }
        case .checkSession:
            let outcome = CheckSessionEndpoint.check(call, at: now, in: &self)
            return reply(of: endpoint, with: outcome, at: now, spoiledBy: fault) { _ in
                CheckSessionEndpoint.body(spoiledBy: fault)
            }
        case .unknown:
            return refusal(WeChatFailure(40066, "invalid url", tail: .rid), of: endpoint, at: now, spoiledBy: fault)
        }
    }

    private mutating func reply<Grant>(
        of endpoint: WeChatEndpoint,
        with outcome: WeChatOutcome<Grant>,
        at now: UnixTime,
        spoiledBy fault: Fault?,
        body: (Grant) -> [UInt8]
    ) -> WeChatReply {
        switch outcome {
        case .preconditionFailed:
            return .preconditionFailed
        case .granted(let grant):
            count(0, on: endpoint)
            return WeChatReply(contentType: endpoint.successContentType, body: body(grant))
        case .refused(let failure):
            return refusal(failure, of: endpoint, at: now, spoiledBy: fault)
        }
    }

    private mutating func refusal(
        _ failure: WeChatFailure,
        of endpoint: WeChatEndpoint,
        at now: UnixTime,
        spoiledBy fault: Fault? = nil
    ) -> WeChatReply {
        count(failure.errcode, on: endpoint)
        let rid = Identifier.rid(at: now, using: &generator)
        let hint = Identifier.hint(using: &generator)
        return WeChatReply(
            contentType: endpoint.contentType,
            body: failure.body(rid: rid, hint: hint, spoiledBy: fault)
        )
    }

    private mutating func delivery(
        of reply: WeChatReply?,
        under fault: Fault?,
        of endpoint: WeChatEndpoint,
        at now: UnixTime
    ) -> ReplyPlan.Delivery {
        switch (fault, reply) {
        case (.errcode(let errcode, let errmsg), _):
            var failure = endpoint.family.failure(errcode)
            if let errmsg { failure = WeChatFailure(errcode, errmsg, tail: failure.tail) }
            return .send(refusal(failure, of: endpoint, at: now))
        case (.hang, _): return .hang
        case (.reset, _): return .reset
        case (.close, _): return .close
        case (.html200, _): return .send(.page(status: 200))
        case (.html502, _): return .send(.page(status: 502))
        case (.empty, _): return .send(WeChatReply(contentType: endpoint.contentType, body: []))
        case (.closeIdle, let reply?): return .sendThenClose(reply)
        case (.halfJSON, let reply?): return .sendHalf(reply)
        case (.drip(let bytes, let every), let reply?): return .drip(reply, bytes: bytes, everyMilliseconds: every)
        case (_, let reply?): return .send(reply)
        case (_, nil): return .close
        }
    }

    private mutating func count(_ errcode: Int, on endpoint: WeChatEndpoint) {
        tallies[endpoint, default: .init()].errcodes[errcode, default: 0] += 1
    }

    /// Replaces the fault plan; what its predecessor did stays counted.
    mutating func setFaults(_ plan: FaultPlan) {
        var next = FaultInjector(plan: plan, defaultLatency: configuration.latency, seed: generator.next())
        next.inheritHits(of: faults)
        faults = next
    }

    var counters: SimulatorCounters {
        SimulatorCounters(
            requests: Dictionary(uniqueKeysWithValues: tallies.map { ($0.key.name, $0.value) }),
            exchanges: exchanges,
            codesMinted: codesMinted,
            codesKept: codes.count,
            users: users.count,
            faults: faults.hits,
            accessTokens: accessTokens.counts
        )
    }

    mutating func resetCounters() {
        tallies = [:]
        exchanges = 0
        codesMinted = 0
        accessTokens.resetCounts()
        faults.resetHits()
    }
}
