import Testing

@testable import WeChatSimulator

@Suite struct `The control API of access_tokens` {
    private var state = makeState()

    private mutating func post(_ path: String, _ body: String, at now: UnixTime = start) throws -> [String: Any] {
        let reply = ControlEndpoint.answer("POST", path, body: Array(body.utf8), at: now, in: &state)
        #expect(reply.status == 200, "\(String(decoding: reply.body, as: UTF8.self))")
        return try json(reply.body)
    }

    private mutating func overview(
        _ kind: String,
        query: String? = nil,
        at now: UnixTime = start
    ) throws -> [String: Any] {
        let reply = ControlEndpoint.answer("GET", "/sim/access_tokens", query: query, body: [], at: now, in: &state)
        return try #require(try json(reply.body)[kind] as? [String: Any])
    }

    @Test mutating func `sets the rules of an app, and shows them`() throws {
        let body = """
            {"appid":"\(DefaultApp.appid)","token_lifetime_s":600,"forced_overlap_s":10,"forced_too_soon":"refused",
            "token_calls_per_day":1,"stable_calls_per_day":3,"forced_per_day":1,"ip_risk":89503,
            "rival_every_s":60,"rival_kind":"stable","rival_force":true}
            """
        let shown = try post("/sim/apps", body)
        #expect(shown["token_lifetime_s"] as? Int == 600)
        #expect(shown["forced_overlap_s"] as? Int == 10)
        #expect(shown["forced_too_soon"] as? String == "refused")
        #expect(shown["token_calls_per_day"] as? Int == 1)
        #expect(shown["stable_calls_per_day"] as? Int == 3)
        #expect(shown["forced_per_day"] as? Int == 1)
        #expect(shown["ip_risk"] as? Int == 89503)
        #expect(shown["rival_every_s"] as? Int == 60)
        #expect(shown["rival_kind"] as? String == "stable")
        #expect(shown["rival_force"] as? Bool == true)

        #expect(try state.code(.stableToken()) == 89503)
        #expect(try state.code(.plainToken()) == 89503)
        let app = #"{"appid":"\#(DefaultApp.appid)","#
        let calm = try post("/sim/apps", app + #""ip_risk":null,"rival_every_s":null}"#)
        #expect(calm["ip_risk"] == nil && calm["rival_every_s"] == nil && calm["rival_kind"] == nil)
        #expect(try state.answer(.stableToken())["expires_in"] as? Int == 600)
        _ = try state.token(.stableToken(forceRefresh: "true"))
        #expect(try state.code(.stableToken(forceRefresh: "true")) == 45011)
        #expect(try state.code(.stableToken()) == 45009)
        #expect(try state.code(.plainToken()) == 0)
        #expect(try state.code(.plainToken()) == 45009)
    }

    @Test mutating func `shows defaults where nothing was set`() throws {
        let shown = try post("/sim/apps", "{}")
        #expect(shown["token_lifetime_s"] as? Int == 7200)
        #expect(shown["forced_overlap_s"] as? Int == 0)
        #expect(shown["forced_too_soon"] as? String == "current")
        #expect(shown["token_calls_per_day"] as? Int == 2000)
        #expect(shown["stable_calls_per_day"] as? Int == 500_000)
        #expect(shown["forced_per_day"] as? Int == 20)
        #expect(shown["ip_risk"] == nil)
        #expect(shown["rival_every_s"] == nil)
    }

    @Test mutating func `changes a rival member by member, which starts its time anew`() throws {
        let app = #"{"appid":"\#(DefaultApp.appid)","#
        _ = try post("/sim/apps", app + #""rival_every_s":100}"#)
        let ours = try state.token(.plainToken())
        _ = try post("/sim/apps", app + #""has_unionid":true}"#, at: start + .seconds(50))
        #expect(try state.code(.checkSession(token: ours), at: start + .seconds(399)) == 40003)
        #expect(state.counters.accessTokens.rivalFetches == 3)
        #expect(try state.code(.checkSession(token: ours), at: start + .seconds(400)) == 40001)
        let changed = try post("/sim/apps", app + #""rival_kind":"stable"}"#, at: start + .seconds(490))
        #expect(changed["rival_every_s"] as? Int == 100)
        #expect(changed["rival_force"] as? Bool == false)
        #expect(try overview("stable", at: start + .seconds(589))["access_token"] == nil)
        #expect(try overview("stable", at: start + .seconds(590))["access_token"] != nil)
    }

    @Test mutating func `a rival of an app that was there from the start begins with the first request`() throws {
        var app = SimulatedApp(appid: DefaultApp.appid, secret: DefaultApp.secret)
        app.accessTokens.rival = AccessTokenRules.Rival(everySeconds: 10)
        state = makeState([app])
        _ = try state.token(.plainToken())
        #expect(try overview("legacy", at: start + .seconds(9))["working"] as? Int == 1)
        #expect(try overview("legacy", at: start + .seconds(10))["working"] as? Int == 2)
    }

    @Test mutating func `fetches as another system does`() throws {
        let ours = try state.token(.plainToken())
        let theirs = try post("/sim/access_tokens/fetch", #"{"kind":"legacy"}"#)
        #expect(theirs["expires_in"] as? Int == 7200)
        #expect(try state.code(.checkSession(token: ours), at: start + .seconds(300)) == 40001)

        let stable = try state.token()
        let same = try post("/sim/access_tokens/fetch", #"{"kind":"stable","appid":"\#(DefaultApp.appid)"}"#)
        #expect(same["access_token"] as? String == stable)
        let forced = try post("/sim/access_tokens/fetch", #"{"kind":"stable","force":true}"#)
        #expect(forced["access_token"] as? String != stable)
        #expect(try state.code(.checkSession(token: stable)) == 40001)
        #expect(try state.token() == forced["access_token"] as? String)

        _ = try post("/sim/apps", #"{"appid":"\#(DefaultApp.appid)","frozen":true}"#)
        #expect(try post("/sim/access_tokens/fetch", #"{"kind":"stable"}"#)["errcode"] as? Int == 40243)
        #expect(state.counters.accessTokens.rivalFetches == 3)
    }

    @Test mutating func `kills a token that stable_token goes on giving out`() throws {
        let token = try state.token()
        #expect(try post("/sim/access_tokens/expire", #"{"kind":"stable"}"#)["ok"] as? Bool == true)
        #expect(try state.code(.checkSession(token: token)) == 40001)
        #expect(try state.token() == token)
        let killed = try overview("stable")
        #expect(killed["access_token"] as? String == token)
        #expect(killed["works"] as? Bool == false)
        #expect(killed["working"] as? Int == 0)
        #expect(try state.token(.stableToken(forceRefresh: "true")) != token)
    }

    @Test mutating func `shows how the tokens stand`() throws {
        #expect(try overview("legacy")["access_token"] == nil)
        let token = try state.token(.stableToken(forceRefresh: "true"))
        let stable = try overview("stable", query: "appid=\(DefaultApp.appid)", at: start + .seconds(200))
        #expect(stable["access_token"] as? String == token)
        #expect(stable["expires_in"] as? Int == 7000)
        #expect(stable["works"] as? Bool == true)
        #expect(stable["working"] as? Int == 1)
        #expect(stable["forced_today"] as? Int == 1)
        let unknown = ControlEndpoint.answer(
            "GET",
            "/sim/access_tokens",
            query: "appid=wx0123456789abcdef",
            body: [],
            at: start,
            in: &state
        )
        #expect(unknown.status == 400)
    }

    @Test mutating func `tells what it counted`() throws {
        _ = try state.token(.plainToken())
        _ = try state.token()
        _ = try state.token()
        _ = try state.token(.stableToken(forceRefresh: "true"))
        _ = try state.token(.stableToken(forceRefresh: "true"))
        _ = try post("/sim/access_tokens/fetch", #"{"kind":"legacy"}"#)
        _ = try state.code(.checkSession(token: "x"))
        _ = try state.code(.checkSession(token: nil))
        let reply = ControlEndpoint.answer("GET", "/sim/counters", body: [], at: start, in: &state)
        #expect(
            String(decoding: reply.body, as: UTF8.self).hasSuffix(
                #""access_tokens":{"issued":{"legacy":1,"stable":2},"same_again":2,"#
                    + #""forced":{"granted":1,"too_soon":1,"exhausted":0},"rival_fetches":1,"#
                    + #""refused":{"40001":1,"41001":1}}}"#
            )
        )
        _ = try post("/sim/counters/reset", "")
        #expect(state.counters == SimulatorCounters())
    }

    @Test(arguments: [
        ("/sim/apps", #"{"token_lifetime_s":0}"#), ("/sim/apps", #"{"token_lifetime_s":7201}"#),
        ("/sim/apps", #"{"token_lifetime_s":"7200"}"#), ("/sim/apps", #"{"forced_overlap_s":-1}"#),
        ("/sim/apps", #"{"forced_overlap_s":7201}"#), ("/sim/apps", #"{"forced_too_soon":"new"}"#),
        ("/sim/apps", #"{"forced_too_soon":true}"#), ("/sim/apps", #"{"token_calls_per_day":-1}"#),
        ("/sim/apps", #"{"token_calls_per_day":1000001}"#), ("/sim/apps", #"{"stable_calls_per_day":1.5}"#),
        ("/sim/apps", #"{"forced_per_day":"20"}"#), ("/sim/apps", #"{"ip_risk":89504}"#),
        ("/sim/apps", #"{"ip_risk":0}"#), ("/sim/apps", #"{"ip_risk":"89503"}"#),
        ("/sim/apps", #"{"rival_every_s":0}"#), ("/sim/apps", #"{"rival_every_s":86401}"#),
        ("/sim/apps", #"{"rival_every_s":9,"rival_kind":"plain"}"#), ("/sim/apps", #"{"rival_kind":"legacy"}"#),
        ("/sim/apps", #"{"rival_force":true}"#), ("/sim/apps", #"{"rival_every_s":9,"rival_force":true}"#),
        ("/sim/apps", #"{"rival_every_s":9,"rival_force":1}"#), ("/sim/access_tokens/fetch", "{}"),
        ("/sim/access_tokens/fetch", #"{"kind":"plain"}"#), ("/sim/access_tokens/fetch", #"{"kind":1}"#),
        ("/sim/access_tokens/fetch", #"{"kind":"legacy","force":true}"#),
        ("/sim/access_tokens/fetch", #"{"kind":"stable","force":1}"#),
        ("/sim/access_tokens/fetch", #"{"kind":"stable","forced":true}"#),
        ("/sim/access_tokens/fetch", #"{"kind":"stable","appid":"wx0123456789abcdef"}"#),
        ("/sim/access_tokens/expire", "{}"), ("/sim/access_tokens/expire", #"{"kind":"stable"}"#),
        ("/sim/access_tokens/expire", #"{"kind":"stable","force":true}"#),
        ("/sim/access_tokens/expire", #"{"kind":"stable","appid":7}"#),
    ])
    mutating func `refuses bad input with 400, a reason, and no effect`(path: String, body: String) throws {
        let reply = ControlEndpoint.answer("POST", path, body: Array(body.utf8), at: start, in: &state)
        #expect(reply.status == 400)
        #expect((try json(reply.body)["detail"] as? String)?.isEmpty == false)
        #expect(state.counters == SimulatorCounters())
        #expect(state.apps.count == 1)
    }

    @Test(arguments: [
        ("POST", "/sim/access_tokens", "GET"), ("GET", "/sim/access_tokens/fetch", "POST"),
        ("GET", "/sim/access_tokens/expire", "POST"),
    ])
    mutating func `says which methods a path has`(method: String, path: String, allow: String) {
        #expect(ControlEndpoint.answer(method, path, body: [], at: start, in: &state).allow == allow)
    }

    @Test func `is there without HTTP too`() throws {
        let simulator = Simulator(SimulatorConfiguration(seed: 1))
        let answer = try simulator.fetchAsSomeoneElse(.stable)
        guard case .granted(let token, 7200) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect("\(answer)" == "granted for 7200 s")
        #expect(try simulator.accessTokens().stable.token == token)
        try simulator.expireToken(.stable)
        #expect(try !simulator.accessTokens(of: DefaultApp.appid).stable.works)
        try simulator.fetchAsSomeoneElse(.stable, force: true, appid: DefaultApp.appid)
        #expect(try simulator.accessTokens().forcedToday == 1)
        #expect(simulator.counters.accessTokens.rivalFetches == 2)
        #expect(throws: SimulatorRefusal.self) { try simulator.expireToken(.legacy) }
        #expect(throws: SimulatorRefusal.self) { try simulator.fetchAsSomeoneElse(.legacy, force: true) }
        #expect(throws: SimulatorRefusal.unknownApp) { try simulator.accessTokens(of: "wx") }
    }

    @Test func `refuses rules out of range without HTTP too`() {
        let changes: [@Sendable (inout AccessTokenRules) -> Void] = [
            { $0.lifetimeSeconds = 7201 }, { $0.forcedOverlapSeconds = -1 }, { $0.forcedPerDayMax = -1 },
            { $0.rival = AccessTokenRules.Rival(everySeconds: 0) },
        ]
        for change in changes {
            var app = SimulatedApp(appid: DefaultApp.appid, secret: DefaultApp.secret)
            change(&app.accessTokens)
            #expect(throws: SimulatorRefusal.self) { try Simulator().putApp(app) }
        }
    }
}
