import Testing

@testable import WeChatSimulator

@Suite struct `A fault` {
    /// The plan for a login of the user o1 whose key is full of slashes.
    private func plan(_ fault: Fault) throws -> ReplyPlan {
        var state = makeState()
        state.setFaults(FaultPlan(rules: [FaultRule(fault)]))
        let code = try state.mintCode(appid: nil, user: .openid("o1"), at: start) {
            $0.pin(sessionKey: "/////////////////////w==")
        }.code
        return state.plan(.exchange(code), at: start)
    }

    private let usual = #"{"session_key":"/////////////////////w==","openid":"o1"}"#

    @Test(arguments: [
        (Fault.array, #"[{"session_key":"/////////////////////w==","openid":"o1"}]"#),
        (.openidMissing, #"{"session_key":"/////////////////////w=="}"#),
        (.openidNumber, #"{"session_key":"/////////////////////w==","openid":12345678}"#),
        (.sessionKeyLength, #"{"session_key":"dG9vc2hvcnQ=","openid":"o1"}"#),
        (.errcodeZero, #"{"session_key":"/////////////////////w==","openid":"o1","errcode":0,"errmsg":"ok"}"#),
        (.errcodeString, #"{"session_key":"/////////////////////w==","openid":"o1","errcode":"0","errmsg":"ok"}"#),
        (.escapedSlashes, #"{"session_key":"\/\/\/\/\/\/\/\/\/\/\/\/\/\/\/\/\/\/\/\/\/w==","openid":"o1"}"#),
        (.empty, ""),
    ])
    func `may give the reply another shape`(fault: Fault, body: String) throws {
        #expect(try plan(fault).text == body)
    }

    @Test func `may add members that nobody documented, and the rest still counts`() throws {
        let members = try json(Array(try #require(try plan(.extraFields).text).utf8))
        #expect(members["openid"] as? String == "o1")
        #expect(members.count > 4)
    }

    @Test func `may make the reply ten megabytes long`() throws {
        let text = try #require(try plan(.hugeJSON).text)
        #expect(text.utf8.count > 10_000_000)
        #expect(text.hasPrefix(String(usual.dropLast())) && text.hasSuffix("\"}"))
    }

    @Test func `may be a page for people`() throws {
        for (fault, status) in [(Fault.html200, UInt16(200)), (.html502, 502)] {
            guard case .send(let reply) = try plan(fault).delivery else {
                Issue.record("not sent")
                continue
            }
            #expect(reply.status == status)
            #expect(reply.contentType == "text/html")
            #expect(String(decoding: reply.body, as: UTF8.self).hasPrefix("<html>"))
        }
    }

    @Test func `may be a matter of delivery`() throws {
        let reply = WeChatReply(contentType: "text/plain", body: Array(usual.utf8))
        #expect(try plan(.hang).delivery == .hang)
        #expect(try plan(.reset).delivery == .reset)
        #expect(try plan(.close).delivery == .close)
        #expect(try plan(.closeIdle).delivery == .sendThenClose(reply))
        #expect(try plan(.halfJSON).delivery == .sendHalf(reply))
        #expect(
            try plan(.drip(bytes: 2, everyMilliseconds: 5)).delivery == .drip(reply, bytes: 2, everyMilliseconds: 5)
        )
    }

    @Test func `may be an errcode, with WeChat's text or another, as a number or a string`() throws {
        #expect(
            try #/{"errcode":-1,"errmsg":"system error, rid: .{26}"}/#.wholeMatch(in: plan(.errcode(-1)).text ?? "")
                != nil
        )
        let own = try #require(try plan(.errcode(40029, errmsg: "no")).text)
        #expect(try #/{"errcode":40029,"errmsg":"no, rid: .{26}"}/#.wholeMatch(in: own) != nil)

        var state = makeState()
        state.setFaults(FaultPlan(rules: [FaultRule(.errcodeString)]))
        let text = try #require(state.plan(.exchange("unknown"), at: start).text)
        #expect(text.hasPrefix(#"{"errcode":"40029","errmsg":"invalid code, rid: "#))
    }

    @Test func `leaves the code usable where it replaces the exchange, unless it is said to take effect`() throws {
        for fault in [Fault.hang, .reset, .close, .html200, .html502, .empty, .errcode(-1)] {
            for takesEffect in [false, true] {
                var state = makeState()
                let code = try state.freshCode()
                state.setFaults(FaultPlan(rules: [FaultRule(fault, count: 1, takesEffect: takesEffect)]))
                _ = state.plan(.exchange(code), at: start)
                #expect(state.counters.exchanges == (takesEffect ? 1 : 0))
                #expect(state.errcode(.exchange(code)) == (takesEffect ? 40163 : 0))
            }
        }
    }

    @Test func `uses the code up where it only spoils the reply`() throws {
        for fault in [Fault.closeIdle, .halfJSON, .array, .openidMissing, .drip(), .errcodeZero] {
            var state = makeState()
            let code = try state.freshCode()
            state.setFaults(FaultPlan(rules: [FaultRule(fault, count: 1, takesEffect: false)]))
            _ = state.plan(.exchange(code), at: start)
            #expect(state.counters.exchanges == 1)
            #expect(state.errcode(.exchange(code)) == 40163)
        }
    }
}

@Suite struct `A fault plan` {
    private func injector(_ plan: FaultPlan, seed: UInt64 = 1) -> FaultInjector {
        FaultInjector(plan: plan, defaultLatency: .none, seed: seed)
    }

    private func hits(_ plan: FaultPlan, of count: Int, path: String = "/p", seed: UInt64 = 1) -> [Fault?] {
        var injector = injector(plan, seed: seed)
        return (0..<count).map { _ in injector.nextRule(path: path)?.fault }
    }

    @Test func `without rules does nothing`() {
        #expect(hits(FaultPlan(), of: 100).allSatisfy { $0 == nil })
    }

    @Test func `hits the next n requests and no more`() {
        let plan = FaultPlan(rules: [FaultRule(.hang, count: 2), FaultRule(.reset, count: 1)])
        #expect(hits(plan, of: 5) == [.hang, .hang, .reset, nil, nil])
    }

    @Test func `hits only the path it names`() {
        let plan = FaultPlan(rules: [FaultRule(.hang, path: "/q")])
        #expect(hits(plan, of: 3) == [nil, nil, nil])
        #expect(hits(plan, of: 3, path: "/q") == [.hang, .hang, .hang])
    }

    @Test func `hits each rule at its own rate`() {
        let plan = FaultPlan(rules: [FaultRule(.errcode(-1), rate: 0.1), FaultRule(.reset, rate: 0.2)])
        let all = hits(plan, of: 20_000)
        let shares = [Fault.errcode(-1), .reset].map { fault in Double(all.count { $0 == fault }) / 20_000 }
        #expect((0.09...0.11).contains(shares[0]))
        #expect((0.19...0.21).contains(shares[1]))
    }

    @Test func `repeats itself for the same seed only`() {
        var plan = FaultPlan(rules: [FaultRule(.hang, rate: 0.5)])
        #expect(hits(plan, of: 64, seed: 1) == hits(plan, of: 64, seed: 1))
        #expect(hits(plan, of: 64, seed: 1) != hits(plan, of: 64, seed: 2))
        plan.seed = 9
        #expect(hits(plan, of: 64, seed: 1) == hits(plan, of: 64, seed: 2))
    }

    @Test func `counts what it did, across a change of plans`() throws {
        var state = makeState()
        state.setFaults(FaultPlan(rules: [FaultRule(.hang, count: 2)]))
        for _ in 0..<3 { _ = state.plan(.exchange("c"), at: start) }
        state.setFaults(FaultPlan(rules: [FaultRule(.reset, count: 1)]))
        for _ in 0..<3 { _ = state.plan(.exchange("c"), at: start) }
        #expect(state.counters.faults == ["hang": 2, "reset": 1])
        #expect(state.counters.requests["/sns/jscode2session"]?.total == 6)
        #expect(state.counters.requests["/sns/jscode2session"]?.errcodes == [40029: 3])
    }

    @Test func `delays by its own latency, else by the one the simulator was started with`() {
        let slow = Latency.fixed(milliseconds: 5)
        var own = FaultInjector(plan: FaultPlan(latency: .fixed(milliseconds: 7)), defaultLatency: slow, seed: 1)
        var started = FaultInjector(plan: FaultPlan(), defaultLatency: slow, seed: 1)
        #expect(own.nextDelay() == 7)
        #expect(started.nextDelay() == 5)
    }

    @Test func `adds spikes at their rate`() {
        let spikes = FaultPlan.Spikes(rate: 0.1, latency: .fixed(milliseconds: 2_000))
        var injector = injector(FaultPlan(latency: .fixed(milliseconds: 50), spikes: spikes))
        let delays = (0..<10_000).map { _ in injector.nextDelay() }
        #expect(Set(delays) == [50, 2_050])
        #expect((900...1_100).contains(injector.hits["spike"] ?? 0))
    }
}
