import Testing

@testable import WeChatSimulator

@Suite struct `The phone number endpoint` {
    private var state = makeState()
    private var token = ""
    private var code = ""

    init() throws {
        token = try state.token()
        code = try state.mintPhoneCode(appid: nil, user: .openid("o1"), phone: .sample, at: start).code
    }

    private mutating func exchange(_ body: String, at now: UnixTime = start) throws -> Int {
        try state.code(.phoneNumber(token: token, body: body), at: now)
    }

    @Test mutating func `gives the number in the shape of WeChat's documentation`() throws {
        #expect(code.utf8.count == 64)
        let plan = state.plan(.phoneNumber(token: token, body: #"{"code":"\#(code)","openid":"o1"}"#), at: start)
        #expect(
            plan.text
                == #"{"errcode":0,"errmsg":"ok","phone_info":{"phoneNumber":"13580006666","#
                + #""purePhoneNumber":"13580006666","countryCode":"86","#
                + #""watermark":{"timestamp":1724289297,"appid":"wx4f4bc4dec97d474b"}}}"#
        )
        guard case .send(let reply) = plan.delivery else {
            Issue.record("not sent")
            return
        }
        #expect(reply.contentType == "application/json; encoding=utf-8")
    }

    @Test mutating func `takes a code once, for five minutes`() throws {
        #expect(try exchange(#"{"code":"\#(code)"}"#, at: start + .seconds(300)) == 0)
        #expect(try exchange(#"{"code":"\#(code)"}"#, at: start + .seconds(300)) == 40029)
        let other = try state.mintPhoneCode(appid: nil, user: .new, phone: .sample, at: start).code
        #expect(try exchange(#"{"code":"\#(other)"}"#, at: start + .milliseconds(300_001)) == 40029)
    }

    @Test mutating func `checks whose code it is, and leaves it usable`() throws {
        #expect(try exchange(#"{"code":"\#(code)","openid":"o2"}"#) == 40003)
        let other = SimulatedApp(appid: "wx0123456789abcdef", secret: "fedcba9876543210fedcba9876543210")
        try state.put(other, at: start)
        let foreign = try state.token(.stableToken(appid: other.appid, secret: other.secret))
        #expect(try state.code(.phoneNumber(token: foreign, body: #"{"code":"\#(code)"}"#)) == 40013)
        #expect(try exchange(#"{"code":"\#(code)","openid":"o1"}"#) == 0)
    }

    @Test mutating func `knows no login codes`() throws {
        let login = try state.freshCode(of: .openid("o1"))
        #expect(try exchange(#"{"code":"\#(login)"}"#) == 40029)
    }

    @Test(arguments: [
        ("", 44002), ("code=1", 47001), ("[]", 47001), (#"{"code":7}"#, 47001), (#"{"code":"1","openid":7}"#, 47001),
        ("{}", 40029), (#"{"code":""}"#, 40029), (#"{"code":"1","more":[]}"#, 40029),
    ])
    mutating func `refuses a body that is not right`(body: String, errcode: Int) throws {
        #expect(try exchange(body) == errcode)
    }

    @Test mutating func `wants a POST with a length`() throws {
        #expect(
            try state.code(WeChatCall(path: "/wxa/business/getuserphonenumber", query: "access_token=\(token)"))
                == 43002
        )
        let chunked = WeChatCall(method: "POST", path: "/wxa/business/getuserphonenumber")
        #expect(state.plan(chunked, at: start).delivery == .send(.preconditionFailed))
    }

    @Test mutating func `words its refusals with a hint`() throws {
        let errmsg = try #require(
            try state.answer(.phoneNumber(token: token, body: #"{"code":"1"}"#))["errmsg"] as? String
        )
        #expect(
            errmsg.wholeMatch(of: #/invalid code hint: \[[0-9A-Za-z]{9}-[0-9A-Za-z]{6}\] rid: 66c69111-.{17}/#) != nil
        )
    }

    @Test mutating func `gives foreign numbers their prefix`() throws {
        let phone = try #require(SimulatedPhone(purePhoneNumber: "91234567", countryCode: "852"))
        let code = try state.mintPhoneCode(appid: nil, user: .new, phone: phone, at: start).code
        let answer = try state.answer(.phoneNumber(token: token, body: #"{"code":"\#(code)"}"#))
        let info = try #require(answer["phone_info"] as? [String: Any])
        #expect(info["phoneNumber"] as? String == "+85291234567")
        #expect(info["purePhoneNumber"] as? String == "91234567")
        #expect(info["countryCode"] as? String == "852")
    }

    @Test mutating func `is hit by faults: a lost reply uses the code up only where the fault says so`() throws {
        let body = #"{"code":"\#(code)"}"#
        let path = "/wxa/business/getuserphonenumber"
        state.setFaults(FaultPlan(rules: [FaultRule(.reset, count: 1, path: path)]))
        #expect(state.plan(.phoneNumber(token: token, body: body), at: start).delivery == .reset)
        state.setFaults(FaultPlan(rules: [FaultRule(.countryCodeNumber)]))
        let text = try #require(state.plan(.phoneNumber(token: token, body: body), at: start).text)
        #expect(text.contains(#""countryCode":86,"#))
        state.setFaults(FaultPlan(rules: [FaultRule(.errcode(-1), count: 1)]))
        let busy = try #require(state.plan(.phoneNumber(token: token, body: body), at: start).text)
        #expect(busy.hasPrefix(#"{"errcode":-1,"errmsg":"system error hint: ["#))
        #expect(state.counters.requests[path]?.total == 3)
        #expect(state.counters.requests[path]?.errcodes == [0: 1, -1: 1])
    }
}
