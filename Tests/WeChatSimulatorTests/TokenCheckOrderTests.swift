import Testing

@testable import WeChatSimulator

/// Everything is wrong at once, and is put right one by one.
@Suite struct `The checks of both token endpoints` {
    @Test(arguments: AccessTokenKind.allCases)
    func `come in WeChat's order`(kind: AccessTokenKind) throws {
        var app = SimulatedApp(appid: DefaultApp.appid, secret: DefaultApp.secret)
        app.isFrozen = true
        app.ipWhiteList = IPWhiteList(["10.0.0.1"])
        app.accessTokens.ipRisk = .refusedForAnHour
        app.accessTokens.legacyPerDayMax = 0
        app.accessTokens.stablePerDayMax = 0
        var state = makeState([app])

        func call(appid: String = DefaultApp.appid, secret: String, from ip: String = "127.0.0.1") -> WeChatCall {
            // A forced refresh of the wrong type is the last thing that is looked at.
            var call: WeChatCall =
                switch kind {
                case .legacy: .plainToken(appid: appid, secret: secret)
                case .stable: .stableToken(appid: appid, secret: secret, forceRefresh: "1")
                }
            call.clientIP = ip
            return call
        }

        #expect(try state.code(call(appid: "wx0123456789abcdef", secret: "x")) == 40013)
        #expect(try state.code(call(secret: "x")) == 40125)
        let wanted = call(secret: DefaultApp.secret, from: "203.0.113.7")
        #expect(try state.code(wanted) == 40243)
        app.isFrozen = false
        try state.put(app, at: start)
        let refusal = try #require(try state.answer(wanted)["errmsg"] as? String)
        #expect(refusal.hasPrefix("invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: "))
        app.ipWhiteList = nil
        for risk in IPRisk.allCases {
            app.accessTokens.ipRisk = risk
            try state.put(app, at: start)
            #expect(try state.code(wanted) == risk.rawValue)
        }
        app.accessTokens.ipRisk = nil
        try state.put(app, at: start)
        #expect(try state.code(wanted) == 45009)
        app.accessTokens.legacyPerDayMax = 1
        app.accessTokens.stablePerDayMax = 1
        try state.put(app, at: start)
        #expect(try state.code(wanted) == (kind == .stable ? 47001 : 0))
        // What was refused before the quota took nothing of it, and the last call took all.
        #expect(try state.code(wanted) == 45009)
    }
}
