import Testing

@testable import WeChatSimulator

@Suite struct `The endpoint of WeChat's addresses` {
    private var state = makeState()

    private func call(_ token: String?) -> WeChatCall {
        WeChatCall(path: "/cgi-bin/get_api_domain_ip", query: token.map { "access_token=\($0)" })
    }

    @Test(arguments: [WeChatCall.stableToken(), .plainToken()])
    mutating func `lists loopback addresses, without an errcode`(fetch: WeChatCall) throws {
        let token = try state.token(fetch)
        #expect(state.plan(call(token), at: start).text == #"{"ip_list":["127.0.0.1","127.0.0.2"]}"#)
        #expect(state.counters.requests["/cgi-bin/get_api_domain_ip"]?.errcodes == [0: 1])
    }

    @Test mutating func `tells that a token is dead`() throws {
        let token = try state.token()
        #expect(try state.code(call(nil)) == 41001)
        #expect(try state.code(call("x")) == 40001)
        #expect(try state.code(call(token), at: start + .seconds(7200)) == 42001)
        _ = try state.token(.stableToken(forceRefresh: "true"))
        let errmsg = try #require(try state.answer(call(token))["errmsg"] as? String)
        #expect(errmsg.hasPrefix("invalid credential, access_token is invalid or not latest rid: 66c69111-"))
    }

    @Test mutating func `can be hit by a fault alone`() throws {
        let token = try state.token()
        state.setFaults(FaultPlan(rules: [FaultRule(.errcode(40066), path: "/cgi-bin/get_api_domain_ip")]))
        #expect(try state.code(call(token)) == 40066)
        #expect(try state.code(.stableToken()) == 0)
        state.setFaults(FaultPlan(rules: [FaultRule(.errcodeZero)]))
        #expect(state.plan(call(token), at: start).text?.hasSuffix(#"],"errcode":0,"errmsg":"ok"}"#) == true)
    }
}
