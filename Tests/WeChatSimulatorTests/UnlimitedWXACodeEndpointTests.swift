import Testing

@testable import WeChatSimulator

@Suite struct `The endpoint of mini-program codes` {
    private var state = makeState()
    private var token = ""

    init() throws {
        token = try state.token()
    }

    private mutating func errcode(_ body: String, at now: UnixTime = start) -> Int? {
        switch UnlimitedWXACodeEndpoint.make(.wxaCode(token: token, body: body), at: now, in: &state) {
        case .granted: nil
        case .refused(let failure): failure.errcode
        case .preconditionFailed: 412
        }
    }

    private mutating func code(_ body: String) throws -> WXACode {
        let outcome = UnlimitedWXACodeEndpoint.make(.wxaCode(token: token, body: body), at: start, in: &state)
        guard case .granted(let code) = outcome else {
            Issue.record("\(outcome)")
            throw WXACode.Refusal(errcode: 0)
        }
        return code
    }

    @Test mutating func `sends a picture under the name of a JPEG, and mistakes as JSON`() throws {
        let plan = state.plan(.wxaCode(token: token, body: #"{"scene":"a"}"#), at: start)
        guard case .send(let picture) = plan.drawn().delivery else {
            Issue.record("not sent")
            return
        }
        #expect(picture.contentType == "image/jpeg")
        #expect(picture.body.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
        guard case .send(let mistake) = state.plan(.wxaCode(token: token, body: "{}"), at: start).delivery else {
            Issue.record("not sent")
            return
        }
        #expect(mistake.contentType == "application/json; encoding=utf-8")
        let errmsg = try #require(try json(mistake.body)["errmsg"] as? String)
        #expect(errmsg.hasPrefix("invalid length for scene, or the data is not json string rid: 66c69111-"))
        #expect(state.counters.requests["/wxa/getwxacodeunlimit"]?.errcodes == [0: 1, 40169: 1])
    }

    @Test mutating func `takes what WeChat's documentation shows`() throws {
        let all = """
            {"scene":"a=1","page":"pages/login/index","check_path":true,"env_version":"trial","width":280,
            "auto_color":false,"line_color":{"r":"1","g":2,"b":"255"},"is_hyaline":true,"more":[]}
            """
        let code = try code(all)
        #expect(code.appid == DefaultApp.appid)
        #expect(code.scene == "a=1")
        #expect(code.width == 280)
        #expect(code.color == PNGImage.Color(red: 1, green: 2, blue: 255))
        #expect(code.isTransparent)
    }

    @Test mutating func `has the defaults of WeChat's documentation`() throws {
        let plain = try code(#"{"scene":"a","page":null,"line_color":null}"#)
        #expect(plain.width == 430)
        #expect(plain.color == .black)
        #expect(!plain.isTransparent)
        #expect(try code(#"{"scene":"a","auto_color":true,"line_color":{"r":9}}"#).color == .black)
        #expect(try code(#"{"scene":"a","line_color":{"r":9}}"#).color.red == 9)
    }

    @Test(arguments: [(0, 280), (-1e300, 280), (279.9, 280), (280, 280), (1280, 1280), (1281, 1280), (1e300, 1280)])
    mutating func `brings a width into the range`(width: Double, actual: Int) throws {
        #expect(try code(#"{"scene":"a","width":\#(width)}"#).width == actual)
    }

    @Test(arguments: [
        (#"{"scene":"!#$&'()*+,/:;=?@-._~"}"#, nil), (#"{"scene":"0123456789abcdefghijklmnopqrstuv"}"#, nil),
        (#"{"scene":"ABCDEFGHIJKLMNOPQRSTUVWXYZwxyz"}"#, nil),
        (#"{"scene":"0123456789abcdefghijklmnopqrstuvw"}"#, 40169), (#"{"scene":""}"#, 40169), ("{}", 40169),
        (#"{"scene":null}"#, 40169), ("scene=a", 40169), ("[]", 40169), (#""a""#, 40169), ("", 44002),
        (#"{"scene":"%41"}"#, 40129), (#"{"scene":"a b"}"#, 40129), (#"{"scene":"\""}"#, 40129),
        (#"{"scene":"a\u0000"}"#, 40129), (#"{"scene":"é"}"#, 40129), (#"{"scene":"[]"}"#, 40129),
        (#"{"scene":1}"#, 47001), (#"{"scene":"a","page":1}"#, 47001), (#"{"scene":"a","check_path":"true"}"#, 47001),
        (#"{"scene":"a","check_path":1}"#, 47001), (#"{"scene":"a","width":"430"}"#, 47001),
        (#"{"scene":"a","env_version":7}"#, 47001), (#"{"scene":"a","auto_color":"no"}"#, 47001),
        (#"{"scene":"a","is_hyaline":0}"#, 47001), (#"{"scene":"a","line_color":"black"}"#, 47001),
        (#"{"scene":"a","line_color":{"r":[]}}"#, 47001), (#"{"scene":"a","line_color":{"r":256}}"#, 40097),
        (#"{"scene":"a","line_color":{"g":"red"}}"#, 40097), (#"{"scene":"a","env_version":"beta"}"#, 40097),
        (#"{"scene":"a","env_version":"develop"}"#, nil), (#"{"scene":"a","page":"pages/index/index"}"#, nil),
        (#"{"scene":"a","page":""}"#, nil), (#"{"scene":"a","page":"/pages/index/index"}"#, 41030),
        (#"{"scene":"a","page":"pages/index/index?x=1"}"#, 41030), (#"{"scene":"a","page":"pages/new"}"#, 41030),
        (#"{"scene":"a","page":"pages/new","env_version":"develop"}"#, 41030),
        (#"{"scene":"a","page":"pages/new","check_path":false}"#, nil),
        (#"{"scene":"a","page":"/pages/new","check_path":false}"#, 41030),
        (#"{"scene":"a","page":"pages/new?x","check_path":false}"#, 41030),
        (#"{"scene":"a","page":"pages/index/index?scancode_time=1","check_path":false}"#, 85096),
    ])
    mutating func `checks scene, page and the rest as WeChat does`(body: String, errcode: Int?) {
        #expect(self.errcode(body) == errcode)
    }

    @Test mutating func `knows the pages that the app published`() {
        let app = #"{"appid":"\#(DefaultApp.appid)","published_pages":["pages/new"]}"#
        _ = ControlEndpoint.answer("POST", "/sim/apps", body: Array(app.utf8), at: start, in: &state)
        #expect(errcode(#"{"scene":"a","page":"pages/new"}"#) == nil)
        #expect(errcode(#"{"scene":"a","page":"pages/index/index"}"#) == 41030)
        let none = #"{"appid":"\#(DefaultApp.appid)","published_pages":[]}"#
        _ = ControlEndpoint.answer("POST", "/sim/apps", body: Array(none.utf8), at: start, in: &state)
        #expect(errcode(#"{"scene":"a"}"#) == 41030)
        #expect(errcode(#"{"scene":"a","check_path":false}"#) == nil)
    }

    @Test mutating func `makes 5000 codes a minute, refused ones included`() {
        for _ in 0..<5000 { _ = errcode("{}") }
        #expect(errcode(#"{"scene":"a"}"#) == 45009)
        #expect(errcode(#"{"scene":"a"}"#, at: start + .seconds(60)) == nil)
    }

    @Test mutating func `makes as many as the app may`() {
        let app = #"{"appid":"\#(DefaultApp.appid)","wxacodes_per_minute":1}"#
        _ = ControlEndpoint.answer("POST", "/sim/apps", body: Array(app.utf8), at: start, in: &state)
        #expect(errcode(#"{"scene":"a"}"#) == nil)
        #expect(errcode(#"{"scene":"a"}"#) == 45009)
    }

    @Test mutating func `wants a token and a POST with a length`() throws {
        #expect(try state.code(.wxaCode(token: nil, body: "{}")) == 41001)
        #expect(try state.code(.wxaCode(token: "x", body: "{}")) == 40001)
        let get = WeChatCall(path: "/wxa/getwxacodeunlimit", query: "access_token=\(token)")
        #expect(try state.code(get) == 43002)
        let chunked = WeChatCall(method: "POST", path: "/wxa/getwxacodeunlimit")
        #expect(state.plan(chunked, at: start).delivery == .send(.preconditionFailed))
    }

    @Test mutating func `leaves the drawing to whoever does not hold the state`() throws {
        let call = WeChatCall.wxaCode(token: token, body: #"{"scene":"a","width":1280}"#)
        guard case .send(let planned) = state.plan(call, at: start).delivery else {
            Issue.record("not sent")
            return
        }
        #expect(planned.body.isEmpty)
        #expect(planned.picture?.width == 1280)
        #expect(planned.drawn().picture == nil)
    }

    @Test mutating func `is hit by faults`() throws {
        let call = WeChatCall.wxaCode(token: token, body: #"{"scene":"a"}"#)
        state.setFaults(FaultPlan(rules: [FaultRule(.errcode(-1), count: 1, path: "/wxa/getwxacodeunlimit")]))
        #expect(try state.code(call) == -1)
        state.setFaults(FaultPlan(rules: [FaultRule(.halfJSON)]))
        guard case .sendHalf(let picture) = state.plan(call, at: start).drawn().delivery else {
            Issue.record("not half")
            return
        }
        #expect(picture.contentType == "image/jpeg")
        #expect(picture.body.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    }
}
