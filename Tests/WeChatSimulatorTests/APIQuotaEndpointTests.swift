import Testing

@testable import WeChatSimulator

@Suite struct `The quota endpoint` {
    private var state = makeState()
    private var token = ""

    init() throws {
        token = try state.token()
    }

    private mutating func text(of path: String, at now: UnixTime = start) -> String? {
        state.plan(.quota(token: token, body: #"{"cgi_path":"\#(path)"}"#), at: now).text
    }

    @Test mutating func `tells the quotas of access_tokens and what is left of them`() throws {
        _ = try state.token(.plainToken())
        #expect(
            text(of: "/cgi-bin/token")
                == #"{"errcode":0,"errmsg":"ok","quota":{"daily_limit":2000,"used":1,"remain":1999}}"#
        )
        #expect(
            text(of: "/cgi-bin/stable_token")
                == #"{"errcode":0,"errmsg":"ok","quota":{"daily_limit":500000,"used":1,"remain":499999},"#
                + #""rate_limit":{"call_count":10000,"refresh_second":60}}"#
        )
        let app = #"{"appid":"\#(DefaultApp.appid)","token_calls_per_day":0}"#
        _ = ControlEndpoint.answer("POST", "/sim/apps", body: Array(app.utf8), at: start, in: &state)
        #expect(text(of: "/cgi-bin/token")?.contains(#""daily_limit":0,"used":1,"remain":0}"#) == true)
    }

    @Test mutating func `counts calls with a good token by path, anew each day`() throws {
        _ = try state.code(.checkSession(token: token))
        _ = try state.code(.checkSession(token: "x"))
        #expect(text(of: "/wxa/checksession")?.contains(#""used":1,"#) == true)
        #expect(text(of: "/wxa/business/getuserphonenumber")?.contains(#""used":0,"#) == true)
        #expect(text(of: "/cgi-bin/openapi/quota/get")?.contains(#""used":3,"#) == true)
        #expect(
            text(of: "/wxa/getwxacodeunlimit")?.contains(#""rate_limit":{"call_count":5000,"refresh_second":60}"#)
                == true
        )
        let tomorrow = start + .seconds(86_400)
        token = try state.token(at: tomorrow)
        #expect(text(of: "/wxa/checksession", at: tomorrow)?.contains(#""used":0,"#) == true)
    }

    @Test(arguments: [
        ("", 44002), ("cgi_path=/cgi-bin/token", 47001), ("[]", 47001), (#"{"cgi_path":7}"#, 47001), ("{}", 76021),
        (#"{"cgi_path":""}"#, 76021), (#"{"cgi_path":"/cgi-bin/nothing"}"#, 76021),
        (#"{"cgi_path":"cgi-bin/token"}"#, 76021), (#"{"cgi_path":"other"}"#, 76021),
        (#"{"cgi_path":"/sns/jscode2session"}"#, 76022), (#"{"cgi_path":"/sns/nothing"}"#, 76022),
    ])
    mutating func `refuses a body that is not right`(body: String, errcode: Int) throws {
        #expect(try state.code(.quota(token: token, body: body)) == errcode)
    }

    @Test mutating func `wants a token and a POST with a length`() throws {
        let path = "/cgi-bin/openapi/quota/get"
        #expect(try state.code(.quota(token: nil, body: "")) == 41001)
        #expect(try state.code(WeChatCall(path: path, query: "access_token=\(token)")) == 43002)
        #expect(
            state.plan(WeChatCall(method: "POST", path: path), at: start).delivery == .send(.preconditionFailed)
        )
    }
}
