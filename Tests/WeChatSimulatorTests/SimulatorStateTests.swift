import Testing

@testable import WeChatSimulator

@Suite struct `A reply of the WeChat side` {
    @Test func `is compact JSON in WeChat's order, called plain text, and without errcode on success`() throws {
        var state = makeState()
        let code = try state.mintCode(appid: nil, user: .openid("oGZUI0egBJY1zhBYw2KhdUfwVJJE"), at: start) {
            $0.pin(sessionKey: "5tF5KuDigyB6e4m7FigHvw==")
        }.code
        let plan = state.plan(.exchange(code), at: start)
        guard case .send(let reply) = plan.delivery else {
            Issue.record("not sent as usual")
            return
        }
        #expect(reply.status == 200)
        #expect(reply.contentType == "text/plain")
        #expect(
            plan.text == #"{"session_key":"5tF5KuDigyB6e4m7FigHvw==","openid":"oGZUI0egBJY1zhBYw2KhdUfwVJJE"}"#
        )
        #expect(plan.delayMilliseconds == 0)
    }

    @Test func `has the unionid at its end`() throws {
        let grant = Code2SessionEndpoint.Grant(openid: "o", sessionKey: "k", unionid: "u")
        let body = Code2SessionReply.body(of: grant)
        #expect(String(decoding: body, as: UTF8.self) == #"{"session_key":"k","openid":"o","unionid":"u"}"#)
    }

    @Test func `carries a fresh rid of the current time on errors`() throws {
        var state = makeState()
        let first = try #require(state.plan(.exchange("unknown"), at: start).text)
        let second = try #require(state.plan(.exchange("unknown"), at: start).text)
        let pattern = #/{"errcode":40029,"errmsg":"invalid code, rid: 66c69111-[0-9a-f]{8}-[0-9a-f]{8}"}/#
        #expect(try pattern.wholeMatch(in: first) != nil)
        #expect(first != second)
    }

    @Test func `is a bare 412 to a POST of unknown length`() {
        var state = makeState()
        var call = WeChatCall.exchange("c")
        call.method = "POST"
        #expect(state.plan(call, at: start).delivery == .send(WeChatReply(status: 412, contentType: nil, body: [])))
    }

    @Test func `is 40066 on a path that WeChat does not have`() throws {
        var state = makeState()
        let plan = state.plan(WeChatCall(path: "/sns/other"), at: start)
        #expect(
            try #/{"errcode":40066,"errmsg":"invalid url rid: [0-9a-f-]{26}"}/#.wholeMatch(in: plan.text ?? "") != nil
        )
    }

    @Test func `is the same in each run with the same seed`() throws {
        var bodies: Set<String> = []
        for _ in 0..<2 {
            var state = makeState()
            bodies.insert(try #require(state.plan(.exchange(try state.freshCode()), at: start).text))
        }
        #expect(bodies.count == 1)
    }
}

@Suite struct `Counters` {
    @Test func `count requests by path and errcode, exchanges, codes and users`() throws {
        var state = makeState()
        let code = try state.freshCode()
        _ = try state.mintCodes(3, appid: nil, at: start)
        _ = state.plan(.exchange(code), at: start)
        _ = state.plan(.exchange(code), at: start)
        _ = state.plan(.exchange("unknown"), at: start)
        _ = state.plan(WeChatCall(path: "/cgi-bin/unheard-of"), at: start)
        let counters = state.counters
        #expect(counters.requests["/sns/jscode2session"]?.total == 3)
        #expect(counters.requests["/sns/jscode2session"]?.errcodes == [0: 1, 40163: 1, 40029: 1])
        #expect(counters.requests["other"]?.errcodes == [40066: 1])
        #expect(counters.exchanges == 1)
        #expect(counters.codesMinted == 4)
        #expect(counters.codesKept == 4)
        #expect(counters.users == 4)
    }

    @Test func `start at zero again without forgetting codes and users`() throws {
        var state = makeState()
        state.setFaults(FaultPlan(rules: [FaultRule(.hang)]))
        let code = try state.freshCode()
        _ = state.plan(.exchange(code), at: start)
        state.resetCounters()
        #expect(state.counters == SimulatorCounters(codesKept: 1, users: 1))
        state.setFaults(FaultPlan())
        #expect(state.plan(.exchange(code), at: start).text?.contains("openid") == true)
    }
}

@Suite struct `The owner's limits` {
    @Test func `a request mints at most 10,000 codes`() {
        var state = makeState()
        #expect(throws: SimulatorRefusal.self) { try state.mintCodes(0, appid: nil, at: start) }
        #expect(throws: SimulatorRefusal.self) { try state.mintCodes(10_001, appid: nil, at: start) }
    }

    @Test func `many codes are of distinct users, and all work`() throws {
        var state = makeState()
        let codes = try state.mintCodes(1_000, appid: nil, at: start)
        #expect(Set(codes.map(\.openid)).count == 1_000)
        #expect(Set(codes.map(\.code)).count == 1_000)
        for code in codes { #expect(state.grant(.exchange(code.code))?.openid == code.openid) }
    }

    @Test func `an unknown app or a malformed user is refused and leaves nothing behind`() throws {
        var state = makeState()
        #expect(throws: SimulatorRefusal.unknownApp) { try state.mintCode(appid: "wx0", user: .new, at: start) }
        #expect(throws: SimulatorRefusal.self) { try state.mintCode(appid: nil, user: .openid("a b"), at: start) }
        #expect(throws: SimulatorRefusal.self) { try state.mintCode(appid: nil, user: .named(""), at: start) }
        #expect(throws: SimulatorRefusal.self) {
            try state.mintCode(appid: nil, user: .new, at: start) { $0.pin(sessionKey: "short") }
        }
        #expect(state.counters == SimulatorCounters())
    }
}
