import Testing

@testable import WeChatSimulator

@Suite struct `The control API` {
    private var state = makeState()

    private mutating func post(_ path: String, _ body: String) -> ControlReply {
        ControlEndpoint.answer("POST", path, body: Array(body.utf8), at: start, in: &state)
    }

    @Test mutating func `mints a code for a new user out of nothing`() throws {
        let reply = try json(post("/sim/login", "").body)
        let code = try #require(reply["code"] as? String)
        #expect(Set(reply.keys) == ["code", "appid", "openid"])
        #expect(reply["appid"] as? String == DefaultApp.appid)
        #expect(state.grant(.exchange(code))?.openid == reply["openid"] as? String)
    }

    @Test mutating func `mints a code for a user by openid or by name, with a unionid`() throws {
        let byID = try json(post("/sim/login", #"{"openid":"o1","unionid":"u1"}"#).body)
        #expect(byID["openid"] as? String == "o1")
        #expect(byID["unionid"] as? String == "u1")
        let again = try json(post("/sim/login", #"{"openid":"o1"}"#).body)
        #expect(again["unionid"] as? String == "u1")
        let without = try json(post("/sim/login", #"{"openid":"o1","unionid":null}"#).body)
        #expect(without["unionid"] == nil)

        let alice = try json(post("/sim/login", #"{"user":"alice"}"#).body)
        let aliceAgain = try json(post("/sim/login", #"{"user":"alice"}"#).body)
        #expect(alice["openid"] as? String == aliceAgain["openid"] as? String)
        #expect(alice["code"] as? String != aliceAgain["code"] as? String)
    }

    @Test mutating func `mints many codes at once`() throws {
        let reply = try json(post("/sim/login", #"{"count":3}"#).body)
        let codes = try #require(reply["codes"] as? [[String: String]])
        #expect(Set(codes.compactMap { $0["openid"] }).count == 3)
        for code in codes { #expect(state.grant(.exchange(code["code"]))?.openid == code["openid"]) }
    }

    @Test mutating func `sets up the user whose key decrypts WeChat's published vectors`() throws {
        let user = try json(
            post(
                "/sim/users",
                #"{"openid":"oGZUI0egBJY1zhBYw2KhdUfwVJJE","session_key":"tiihtNczf5v6AKRyjwEUhQ==","nickName":"Band"}"#
            ).body
        )
        #expect(user["session_key"] as? String == "tiihtNczf5v6AKRyjwEUhQ==")
        #expect(user["nickName"] as? String == "Band")
        #expect(user["blocked"] as? Bool == false)
        for _ in 0..<2 {
            let login = try json(post("/sim/login", #"{"openid":"oGZUI0egBJY1zhBYw2KhdUfwVJJE"}"#).body)
            #expect(state.grant(.exchange(login["code"] as? String))?.sessionKey == "tiihtNczf5v6AKRyjwEUhQ==")
        }
        _ = post("/sim/users", #"{"openid":"oGZUI0egBJY1zhBYw2KhdUfwVJJE","session_key":null,"blocked":true}"#)
        let login = try json(post("/sim/login", #"{"openid":"oGZUI0egBJY1zhBYw2KhdUfwVJJE"}"#).body)
        #expect(state.errcode(.exchange(login["code"] as? String)) == 40226)
    }

    @Test mutating func `knows a user by the name that logs in too`() throws {
        let user = try json(
            post("/sim/users", #"{"user":"alice","session_key":"tiihtNczf5v6AKRyjwEUhQ=="}"#).body
        )
        let login = try json(post("/sim/login", #"{"user":"alice"}"#).body)
        #expect(login["openid"] as? String == user["openid"] as? String)
        #expect(state.grant(.exchange(login["code"] as? String))?.sessionKey == "tiihtNczf5v6AKRyjwEUhQ==")
        #expect(post("/sim/users", #"{"user":"alice","openid":"o"}"#).status == 400)
    }

    @Test mutating func `adds and changes apps`() throws {
        let made = try json(post("/sim/apps", #"{"ip_whitelist":["10.0.0.0/8"],"session_key_policy":"keep"}"#).body)
        let appid = try #require(made["appid"] as? String)
        let secret = try #require(made["secret"] as? String)
        #expect(made["ip_whitelist"] as? [String] == ["10.0.0.0/8"])
        #expect(state.errcode(.exchange("c", appid: appid, secret: secret)) == 40164)

        _ = post("/sim/apps", #"{"appid":"\#(appid)","ip_whitelist":null,"frozen":true}"#)
        #expect(state.errcode(.exchange("c", appid: appid, secret: secret)) == 40243)
        _ = post("/sim/apps", #"{"appid":"\#(appid)","frozen":false,"logins_per_day":0}"#)
        #expect(state.errcode(.exchange("c", appid: appid, secret: secret)) == 45009)
        let other = String(repeating: "b", count: 32)
        _ = post("/sim/apps", #"{"appid":"\#(appid)","logins_per_day":null,"secret":"\#(other)"}"#)
        #expect(state.errcode(.exchange("c", appid: appid, secret: secret)) == 40125)
        #expect(state.errcode(.exchange("c", appid: appid, secret: other)) == 40029)
        #expect(state.apps[appid]?.sessionKeyPolicy == .keepWhileActive)
    }

    @Test mutating func `sets and clears faults`() throws {
        #expect(post("/sim/faults", #"{"errcodes":{"45011":1},"faults":[{"kind":"reset","count":1}]}"#).status == 200)
        #expect(state.plan(.exchange("c"), at: start).delivery == .reset)
        #expect(state.plan(.exchange("c"), at: start).text?.hasPrefix(#"{"errcode":45011,"#) == true)
        #expect(ControlEndpoint.answer("DELETE", "/sim/faults", body: [], at: start, in: &state).status == 200)
        #expect(state.plan(.exchange("c"), at: start).text?.hasPrefix(#"{"errcode":40029,"#) == true)
    }

    @Test func `reads each part of a fault plan`() throws {
        let text = """
            {"latency":"50ms±20ms","spikes":{"rate":0.01,"latency":"2s"},"errcodes":{"-1":0.5},"seed":7,"faults":[
            {"kind":"errcode","errcode":40029,"errmsg":"no","path":"/sns/jscode2session","takes_effect":true},
            {"kind":"drip","bytes":3,"every_ms":20,"rate":0.25},{"kind":"half_json","count":4}]}
            """
        let plan = try FaultPlan(ControlObject(Array(text.utf8)))
        #expect(
            plan
                == FaultPlan(
                    latency: .uniform(fromMilliseconds: 30, toMilliseconds: 70),
                    spikes: FaultPlan.Spikes(rate: 0.01, latency: .fixed(milliseconds: 2000)),
                    rules: [
                        FaultRule(.errcode(40029, errmsg: "no"), path: "/sns/jscode2session", takesEffect: true),
                        FaultRule(.drip(bytes: 3, everyMilliseconds: 20), rate: 0.25),
                        FaultRule(.halfJSON, count: 4),
                        FaultRule(.errcode(-1), rate: 0.5),
                    ],
                    seed: 7
                )
        )
    }

    @Test func `knows each fault by its name`() throws {
        #expect(Fault.named.count == 18)
        for (name, fault) in Fault.named {
            let plan = try FaultPlan(ControlObject(Array(#"{"faults":[{"kind":"\#(name)"}]}"#.utf8)))
            #expect(plan.rules == [FaultRule(fault)])
        }
    }

    @Test mutating func `tells what it counted`() throws {
        let login = try json(post("/sim/login", "{}").body)
        _ = state.plan(.exchange(login["code"] as? String), at: start)
        _ = state.plan(.exchange("unknown"), at: start)
        let reply = ControlEndpoint.answer("GET", "/sim/counters", body: [], at: start, in: &state)
        #expect(
            String(decoding: reply.body, as: UTF8.self)
                == #"{"requests":{"/sns/jscode2session":{"total":2,"errcodes":{"0":1,"40029":1}}},"exchanges":1,"#
                + #""codes_minted":1,"codes_kept":1,"users":1,"faults":{},"access_tokens":{"issued":{"legacy":0,"stable":0},"#
                + #""same_again":0,"forced":{"granted":0,"too_soon":0,"exhausted":0},"rival_fetches":0,"refused":{}}}"#
        )
        #expect(post("/sim/counters/reset", "").status == 200)
        #expect(state.counters.exchanges == 0)
    }

    @Test mutating func `shows a code's state`() throws {
        let login = try json(post("/sim/login", #"{"openid":"o1"}"#).body)
        let path = "/sim/codes/\(try #require(login["code"] as? String))"
        let fresh = try json(ControlEndpoint.answer("GET", path, body: [], at: start + .seconds(2), in: &state).body)
        #expect(fresh["openid"] as? String == "o1")
        #expect(fresh["used"] as? Bool == false)
        #expect(fresh["age_ms"] as? Int == 2000)
        _ = state.grant(.exchange(login["code"] as? String))
        #expect(
            try json(ControlEndpoint.answer("GET", path, body: [], at: start, in: &state).body)["used"] as? Bool == true
        )
        #expect(ControlEndpoint.answer("GET", path, body: [], at: start + .seconds(301), in: &state).status == 404)
    }

    @Test(arguments: [
        ("/sim/login", "{"), ("/sim/login", "[]"), ("/sim/login", "1"), ("/sim/login", "\"x\""), ("/sim/login", "null"),
        ("/sim/login", #"{"appid":"wx0000000000000000"}"#), ("/sim/login", #"{"appid":7}"#),
        ("/sim/login", #"{"openid":"a b"}"#), ("/sim/login", #"{"openid":""}"#), ("/sim/login", #"{"user":""}"#),
        ("/sim/login", #"{"openid":"o1","user":"alice"}"#), ("/sim/login", #"{"count":0}"#),
        ("/sim/login", #"{"count":10001}"#), ("/sim/login", #"{"count":1.5}"#), ("/sim/login", #"{"count":true}"#),
        ("/sim/login", #"{"count":"3"}"#), ("/sim/login", #"{"count":3,"openid":"o1"}"#),
        ("/sim/login", #"{"unionid":"a/b"}"#), ("/sim/login", #"{"opendi":"o1"}"#),
        ("/sim/users", #"{"session_key":"dG9vc2hvcnQ="}"#), ("/sim/users", #"{"session_key":"!"}"#),
        ("/sim/users", #"{"blocked":"yes"}"#), ("/sim/users", #"{"blocked":1}"#), ("/sim/users", #"{"nickname":"x"}"#),
        ("/sim/apps", #"{"appid":"wx1"}"#), ("/sim/apps", #"{"secret":"short"}"#),
        ("/sim/apps", #"{"ip_whitelist":["no"]}"#), ("/sim/apps", #"{"ip_whitelist":"10.0.0.1"}"#),
        ("/sim/apps", #"{"session_key_policy":"never"}"#), ("/sim/apps", #"{"logins_per_day":-1}"#),
        ("/sim/apps", #"{"published_pages":"pages/index/index"}"#), ("/sim/apps", #"{"published_pages":[7]}"#),
        ("/sim/apps", #"{"published_pages":["/pages/index/index"]}"#),
        ("/sim/apps", #"{"published_pages":["pages/index/index?a=b"]}"#), ("/sim/apps", #"{"published_pages":[""]}"#),
        ("/sim/apps", #"{"wxacodes_per_minute":-1}"#), ("/sim/apps", #"{"wxacodes_per_minute":"5000"}"#),
        ("/sim/faults", #"{"latency":"fast"}"#), ("/sim/faults", #"{"latency":50}"#),
        ("/sim/faults", #"{"faults":{"kind":"hang"}}"#), ("/sim/faults", #"{"faults":["hang"]}"#),
        ("/sim/faults", #"{"faults":[{}]}"#), ("/sim/faults", #"{"faults":[{"kind":"typo"}]}"#),
        ("/sim/faults", #"{"faults":[{"kind":"hang","rate":2}]}"#),
        ("/sim/faults", #"{"faults":[{"kind":"hang","count":-1}]}"#),
        ("/sim/faults", #"{"faults":[{"kind":"hang","often":true}]}"#),
        ("/sim/faults", #"{"faults":[{"kind":"errcode"}]}"#),
        ("/sim/faults", #"{"faults":[{"kind":"drip","bytes":0}]}"#),
        ("/sim/faults", #"{"faults":[{"kind":"array","takes_effect":false}]}"#),
        ("/sim/faults", #"{"errcodes":{"-1":1.5}}"#), ("/sim/faults", #"{"errcodes":{"x":0.5}}"#),
        ("/sim/faults", #"{"errcodes":{"-1":"often"}}"#), ("/sim/faults", #"{"seed":-1}"#),
        ("/sim/faults", #"{"spikes":{"rate":0.1}}"#), ("/sim/faults", #"{"fault":[]}"#),
    ])
    mutating func `refuses bad input with 400, a reason, and no effect`(path: String, body: String) throws {
        let reply = post(path, body)
        #expect(reply.status == 400)
        let members = try json(reply.body)
        #expect(members["error"] as? String == "invalid_request")
        #expect((members["detail"] as? String)?.isEmpty == false)
        #expect(state.counters == SimulatorCounters())
        #expect(state.apps.count == 1)
    }

    @Test mutating func `names the member that is wrong, nested ones by their place`() throws {
        let typo = try json(post("/sim/faults", #"{"faults":[{"kind":"hang"},{"kind":"hang","oftn":1}]}"#).body)
        #expect(typo["detail"] as? String == "unknown member faults[1].oftn")
        let rate = try json(post("/sim/faults", #"{"errcodes":{"-1":7}}"#).body)
        #expect(rate["detail"] as? String == "errcodes.-1 must be a number from 0 to 1")
    }

    @Test(arguments: [
        ("GET", "/sim/login", "POST"), ("DELETE", "/sim/users", "GET, POST"), ("GET", "/sim/faults", "POST, DELETE"),
        ("POST", "/sim/counters", "GET, DELETE"), ("POST", "/sim/codes/x", "GET"),
    ])
    mutating func `says which methods a path has`(method: String, path: String, allow: String) {
        let reply = ControlEndpoint.answer(method, path, body: [], at: start, in: &state)
        #expect(reply.status == 405)
        #expect(reply.allow == allow)
    }

    @Test mutating func `has no other paths`() {
        #expect(post("/sim/nothing", "{}").status == 404)
    }
}

@Suite struct `A simulator` {
    @Test func `ages codes when its clock is pushed`() throws {
        let simulator = Simulator()
        let code = try simulator.mintCode()
        simulator.advanceClock(by: .seconds(301))
        #expect(simulator.plan(.exchange(code.code)).text?.contains("40029") == true)
    }

    @Test func `ages codes when its clock is pushed by HTTP`() throws {
        let simulator = Simulator()
        let code = try simulator.mintCode()
        let before = try #require(try json(simulator.control("GET", "/sim/clock", body: []).body)["now"] as? Int)
        let reply = simulator.control("POST", "/sim/clock", body: Array(#"{"advance_s":301}"#.utf8))
        #expect(try #require(try json(reply.body)["now"] as? Int) >= before + 301)
        #expect(simulator.plan(.exchange(code.code)).text?.contains("40029") == true)
    }

    @Test(arguments: ["{}", #"{"advance_s":-1}"#, #"{"advance_s":"1"}"#, #"{"advance_s":1,"x":1}"#, "x"])
    func `refuses to push its clock by nonsense`(body: String) {
        #expect(Simulator().control("POST", "/sim/clock", body: Array(body.utf8)).status == 400)
    }

    @Test func `is set up without HTTP too`() throws {
        let simulator = Simulator(SimulatorConfiguration(seed: 1))
        try simulator.putApp(SimulatedApp(appid: "wx0123456789abcdef", secret: DefaultApp.secret))
        try simulator.updateUser(.openid("o1"), appid: "wx0123456789abcdef") { $0.unionid = "u1" }
        let code = try simulator.mintCode(appid: "wx0123456789abcdef", user: .openid("o1"))
        #expect(code.unionid == "u1")
        simulator.setFaults(FaultPlan(rules: [FaultRule(.close, count: 1)]))
        #expect(simulator.plan(.exchange(code.code)).delivery == .close)
        simulator.clearFaults()
        #expect(simulator.plan(.exchange(code.code, appid: "wx0123456789abcdef")).text?.contains("openid") == true)
        #expect(simulator.counters.exchanges == 1)
        simulator.resetCounters()
        #expect(simulator.counters.exchanges == 0)
    }
}
