import Testing

@testable import WeChatSimulator

@Suite struct `The code exchange` {
    @Test func `gives openid and session_key for a fresh code`() throws {
        var state = makeState()
        let minted = try state.mintCode(appid: nil, user: .new, at: start)
        let grant = try state.requireGrant(.exchange(minted.code))
        #expect(grant.openid == minted.openid)
        #expect(grant.unionid == nil)
        #expect(grant.sessionKey.count == 24)
    }

    @Test func `works once for a code, then says 40163`() throws {
        var state = makeState()
        let code = try state.freshCode()
        #expect(state.errcode(.exchange(code)) == 0)
        #expect(state.errcode(.exchange(code)) == 40163)
        #expect(state.errcode(.exchange(code), at: start + .seconds(300)) == 40163)
    }

    @Test func `says 40029 to an unknown code`() {
        var state = makeState()
        #expect(state.errcode(.exchange("0716AVll20uHk94SLDml27etM946AVlq")) == 40029)
    }

    @Test func `takes a code for five minutes, used or not`() throws {
        var state = makeState()
        let first = try state.freshCode()
        let second = try state.freshCode()
        #expect(state.errcode(.exchange(first), at: start + .seconds(300)) == 0)
        #expect(state.errcode(.exchange(first), at: start + .milliseconds(300_001)) == 40029)
        #expect(state.errcode(.exchange(second), at: start + .milliseconds(300_001)) == 40029)
    }

    @Test func `says 40029 to another app's code and leaves it usable`() throws {
        let other = SimulatedApp(appid: "wx0123456789abcdef", secret: "fedcba9876543210fedcba9876543210")
        var state = makeState([SimulatedApp(appid: DefaultApp.appid, secret: DefaultApp.secret), other])
        let code = try state.freshCode()
        #expect(state.errcode(.exchange(code, appid: other.appid, secret: other.secret)) == 40029)
        #expect(state.errcode(.exchange(code)) == 0)
    }

    @Test func `gives a unionid where the app is bound or the user has one`() throws {
        var app = SimulatedApp(appid: DefaultApp.appid, secret: DefaultApp.secret)
        app.hasUnionid = true
        var state = makeState([app])
        let grant = try state.requireGrant(.exchange(try state.freshCode()))
        #expect(grant.unionid?.count == 28)

        var plain = makeState()
        let minted = try plain.mintCode(appid: nil, user: .new, at: start) {
            $0.unionid = "ocMvos6NjeKLIBqg5Mr9QjxrP1FA"
        }
        #expect(plain.grant(.exchange(minted.code))?.unionid == "ocMvos6NjeKLIBqg5Mr9QjxrP1FA")
    }

    @Test func `gives the same user the same openid and, by policy, another key or the same`() throws {
        for policy in SessionKeyPolicy.allCases {
            var app = SimulatedApp(appid: DefaultApp.appid, secret: DefaultApp.secret)
            app.sessionKeyPolicy = policy
            var state = makeState([app])
            let first = try state.requireGrant(.exchange(try state.freshCode(of: .named("alice"))))
            let second = try state.requireGrant(.exchange(try state.freshCode(of: .named("alice"))))
            #expect(first.openid == second.openid)
            #expect((first.sessionKey == second.sessionKey) == (policy == .keepWhileActive))
        }
    }

    @Test func `refuses a blocked user with 40226 and leaves the code usable`() throws {
        var state = makeState()
        let minted = try state.mintCode(appid: nil, user: .new, at: start) { $0.isBlocked = true }
        #expect(state.errcode(.exchange(minted.code)) == 40226)
        let app = try state.app(nil)
        _ = try state.update(.openid(minted.openid), of: app) { $0.isBlocked = false }
        #expect(state.errcode(.exchange(minted.code)) == 0)
    }
}

@Suite struct `Quotas of the code exchange` {
    @Test func `a user's 101st call in a minute gets 45011 and the next minute is free again`() throws {
        var state = makeState()
        for _ in 0..<100 {
            #expect(state.errcode(.exchange(try state.freshCode(of: .named("alice")))) == 0)
        }
        let code = try state.freshCode(of: .named("alice"))
        #expect(state.errcode(.exchange(code)) == 45011)
        #expect(state.errcode(.exchange(try state.freshCode(of: .named("bob")))) == 0)
        // The start lies 57 s after the full minute.
        #expect(state.errcode(.exchange(code), at: start + .milliseconds(2_999)) == 45011)
        #expect(state.errcode(.exchange(code), at: start + .seconds(3)) == 0)
    }

    @Test func `an app's daily quota gives 45009 until midnight in Beijing`() throws {
        var app = SimulatedApp(appid: DefaultApp.appid, secret: DefaultApp.secret)
        app.loginsPerDayMax = 2
        var state = makeState([app])
        #expect(state.errcode(.exchange("unknown")) == 40029)
        #expect(state.errcode(.exchange(try state.freshCode())) == 0)
        let code = try state.freshCode()
        #expect(state.errcode(.exchange(code)) == 45009)
        // It is 09:14:57 in Beijing.
        let midnight = start + .seconds(14 * 3600 + 45 * 60 + 3)
        let late = try state.freshCode(at: midnight + .seconds(-1))
        #expect(state.errcode(.exchange(late), at: midnight + .milliseconds(-1)) == 45009)
        #expect(state.errcode(.exchange(late), at: midnight) == 0)
    }
}

@Suite struct `The order of checks in the code exchange` {
    /// A request that is wrong in each way from one check on, and the errcode of that check.
    @Test func `the first wrong thing decides`() throws {
        var app = SimulatedApp(appid: DefaultApp.appid, secret: DefaultApp.secret)
        app.isFrozen = true
        app.ipWhiteList = IPWhiteList(["10.0.0.1"])
        app.loginsPerDayMax = 0
        app.loginsPerUserMinuteMax = 0
        var state = makeState([app])
        let code = try state.mintCode(appid: nil, user: .named("alice"), at: start) { $0.isBlocked = true }.code
        state.codes.consume(code)

        var call = WeChatCall.exchange(nil, appid: nil, secret: nil, grantType: nil)
        call.method = "POST"
        #expect(state.errcode(call) == 412)
        call.hasContentLength = true
        #expect(state.errcode(call) == 41002)
        #expect(state.errcode(.exchange(nil, appid: "wrong", secret: nil, grantType: nil)) == 41004)
        #expect(state.errcode(.exchange(nil, appid: "wrong", secret: "wrong", grantType: nil)) == 41008)
        #expect(state.errcode(.exchange(code, appid: "wrong", secret: "wrong", grantType: nil)) == 40002)
        #expect(state.errcode(.exchange(code, appid: "wrong", secret: "wrong", grantType: "wrong")) == 40002)
        #expect(state.errcode(.exchange(code, appid: "wrong", secret: "wrong")) == 40013)
        #expect(state.errcode(.exchange(code, secret: "wrong")) == 40125)
        #expect(state.errcode(.exchange(code)) == 40243)
        state.apps[app.appid]?.isFrozen = false
        #expect(state.errcode(.exchange(code)) == 40164)
        #expect(state.errcode(.exchange(code, from: "10.0.0.1")) == 45009)
        state.apps[app.appid]?.loginsPerDayMax = nil
        #expect(state.errcode(.exchange(code, from: "10.0.0.1")) == 45011)
        state.apps[app.appid]?.loginsPerUserMinuteMax = 100
        #expect(state.errcode(.exchange(code, from: "10.0.0.1")) == 40163)
    }

    @Test func `a POST with its parameters in the body gets 41002, with a query it is like a GET`() throws {
        var state = makeState()
        var call = WeChatCall.exchange(try state.freshCode())
        call.method = "POST"
        call.hasContentLength = true
        let query = call.query
        call.query = nil
        #expect(state.errcode(call) == 41002)
        call.query = query
        #expect(state.errcode(call) == 0)
    }

    @Test func `an empty parameter counts as missing`() {
        var state = makeState()
        #expect(state.errcode(.exchange("c", appid: "")) == 41002)
        #expect(state.errcode(.exchange("c", secret: "")) == 41004)
        #expect(state.errcode(.exchange("")) == 41008)
    }
}

@Suite struct `Parameters of the code exchange` {
    @Test func `are percent-decoded, and the first of a name counts`() {
        let parameters = Code2SessionParameters(
            query: "x=1&&appid=%77x1&appid=wx2&secret=a%2Bb+c&js_code=%E5%BE%AE&grant_type&=5&grant_type=ok"
        )
        #expect(parameters.appid == "wx1")
        #expect(parameters.secret == "a+b c")
        #expect(parameters.code == "\u{5FAE}")
        #expect(parameters.grantType == "ok")
    }

    @Test func `stay as they are when they cannot be decoded`() {
        #expect(Code2SessionParameters(query: "js_code=%zz").code == "%zz")
        #expect(Code2SessionParameters(query: "js_code=%ff").code == "%ff")
        #expect(Code2SessionParameters(query: nil) == Code2SessionParameters(query: ""))
    }
}

@Suite struct `A simulator that accepts any code` {
    @Test func `derives the user from the code, always the same, and keeps nothing`() throws {
        var state = makeState(acceptsAnyCode: true)
        let grant = try state.requireGrant(.exchange("any"))
        #expect(grant == state.grant(.exchange("any"), at: start + .seconds(1_000)))
        #expect(grant.openid == DerivedIdentity(appid: DefaultApp.appid, name: "any").openid)
        #expect(state.counters.users == 0)
        #expect(state.counters.codesKept == 0)
    }

    @Test func `still checks everything but the code`() {
        var state = makeState(acceptsAnyCode: true)
        #expect(state.errcode(.exchange(nil)) == 41008)
        #expect(state.errcode(.exchange("any", appid: "wrong")) == 40013)
        #expect(state.errcode(.exchange("any", secret: "wrong")) == 40125)
    }
}
