import Testing

@testable import WeChatSimulator

@Suite struct `The stable token endpoint` {
    private var state = makeState()

    @Test mutating func `gives the same token again with the time that is left`() throws {
        let first = try state.answer(.stableToken())
        #expect(Set(first.keys) == ["access_token", "expires_in"])
        #expect(first["expires_in"] as? Int == 7200)
        let token = try #require(first["access_token"] as? String)
        #expect(token.utf8.count == 136 && token.hasPrefix("98_"))
        let later = try state.answer(.stableToken(forceRefresh: "false"), at: start + .seconds(100))
        #expect(later["access_token"] as? String == token)
        #expect(later["expires_in"] as? Int == 7100)
        #expect(state.counters.requests["/cgi-bin/stable_token"]?.errcodes == [0: 2])
    }

    @Test mutating func `forced, kills the token before it, but not within 30 seconds of another`() throws {
        let first = try state.token()
        let second = try state.token(.stableToken(forceRefresh: "true"))
        #expect(first != second)
        #expect(try state.code(.phoneNumber(token: first, body: "{}")) == 40001)
        #expect(try state.token(.stableToken(forceRefresh: "true"), at: start + .seconds(29)) == second)
        #expect(try state.token(.stableToken(forceRefresh: "true"), at: start + .seconds(30)) != second)
    }

    @Test mutating func `refuses the 21st forced refresh of a day`() throws {
        for index in 0..<20 {
            _ = try state.token(.stableToken(forceRefresh: "true"), at: start + .seconds(30 * index))
        }
        let late = start + .seconds(600)
        #expect(try state.code(.stableToken(forceRefresh: "true"), at: late) == 45009)
        #expect(try state.code(.stableToken(), at: late) == 0)
    }

    @Test(arguments: [
        (WeChatCall(path: "/cgi-bin/stable_token", query: "appid=\(DefaultApp.appid)"), 43002),
        (.post("/cgi-bin/stable_token", body: ""), 41002),
        (.post("/cgi-bin/stable_token", body: "appid=\(DefaultApp.appid)&secret=x"), 41002),
        (.post("/cgi-bin/stable_token", body: "[]"), 41002),
        (.post("/cgi-bin/stable_token", body: #"{"appid":7}"#), 41002),
        (.stableToken(appid: nil), 41002), (.stableToken(appid: ""), 41002), (.stableToken(secret: nil), 41004),
        (.stableToken(grantType: nil), 40002), (.stableToken(grantType: "authorization_code"), 40002),
        (.stableToken(appid: "wx0123456789abcdef"), 40013), (.stableToken(secret: "x"), 40125),
        (.stableToken(forceRefresh: "\"true\""), 47001), (.stableToken(forceRefresh: "1"), 47001),
    ])
    mutating func `checks the request in WeChat's order`(call: WeChatCall, errcode: Int) throws {
        #expect(try state.code(call) == errcode)
    }

    @Test mutating func `words its refusals as its family does`() throws {
        let errmsg = try #require(try state.answer(.stableToken(secret: "x"))["errmsg"] as? String)
        #expect(errmsg.hasPrefix("invalid appsecret rid: 66c69111-"))
        var app = try state.app(nil)
        app.ipWhiteList = IPWhiteList(["10.0.0.1"])
        try state.put(app, at: start)
        let refused = try #require(try state.answer(.stableToken())["errmsg"] as? String)
        #expect(refused.hasPrefix("invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist rid: "))
        app.isFrozen = true
        try state.put(app, at: start)
        #expect(try state.code(.stableToken()) == 40243)
    }

    @Test mutating func `answers 412 to a POST of unknown length`() {
        let call = WeChatCall(method: "POST", path: "/cgi-bin/stable_token")
        #expect(state.plan(call, at: start).delivery == .send(.preconditionFailed))
    }
}

@Suite struct `The plain token endpoint` {
    private var state = makeState()

    @Test mutating func `gives a new token each time, and five minutes more to the one before`() throws {
        let first = try state.token(.plainToken())
        let second = try state.token(.plainToken())
        #expect(first != second)
        #expect(try state.code(.checkSession(token: first), at: start + .seconds(299)) == 40003)
        #expect(try state.code(.checkSession(token: first), at: start + .seconds(300)) == 40001)
        #expect(try state.code(.checkSession(token: second), at: start + .seconds(300)) == 40003)
    }

    @Test mutating func `leaves the stable token alone`() throws {
        let stable = try state.token()
        _ = try state.token(.plainToken())
        #expect(try state.token(at: start + .seconds(301)) == stable)
        #expect(try state.code(.checkSession(token: stable), at: start + .seconds(301)) == 40003)
    }

    @Test(arguments: [
        (WeChatCall.plainToken(appid: nil), 41002), (.plainToken(secret: nil), 41004),
        (.plainToken(grantType: nil), 40002), (.plainToken(appid: "wx0123456789abcdef"), 40013),
        (.plainToken(secret: "x"), 40125),
        (.post("/cgi-bin/token", body: #"{"appid":"\#(DefaultApp.appid)"}"#), 41002),
    ])
    mutating func `checks the request in WeChat's order`(call: WeChatCall, errcode: Int) throws {
        #expect(try state.code(call) == errcode)
    }

    @Test mutating func `is limited to 2000 calls a day`() throws {
        for _ in 0..<2000 { _ = state.plan(.plainToken(), at: start) }
        #expect(try state.code(.plainToken()) == 45009)
    }
}

@Suite struct `An access_token` {
    private var state = makeState()

    @Test mutating func `is asked for, and every way to be wrong has its errcode`() throws {
        let expired = try state.token()
        #expect(try state.code(.checkSession(token: nil)) == 41001)
        #expect(try state.code(.checkSession(token: "")) == 41001)
        #expect(try state.code(.checkSession(token: "garbage")) == 40001)
        #expect(try state.code(.checkSession(token: expired), at: start + .seconds(7200)) == 42001)
        let errmsg = try #require(try state.answer(.phoneNumber(token: "x", body: "{}"))["errmsg"] as? String)
        #expect(errmsg.hasPrefix("invalid credential, access_token is invalid or not latest rid: "))
    }
}
