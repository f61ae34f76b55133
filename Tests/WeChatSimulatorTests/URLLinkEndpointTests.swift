import Testing

@testable import WeChatSimulator

/// A minute from the start of all tests, which is as soon as a link may expire.
private let soonest = start.seconds + 60

@Suite struct `The endpoint of links` {
    private var state = makeState()
    private var token = ""

    init() throws {
        token = try state.token()
    }

    /// A faultless body, but for what is said.
    private static func body(
        path: String = "pages/login/index",
        query: String = "scene=a",
        _ more: String = ""
    ) -> String {
        #"{"path":"\#(path)","query":"\#(query)","expire_type":0,"expire_time":\#(soonest)\#(more)}"#
    }

    private mutating func errcode(_ body: String, at now: UnixTime = start) throws -> Int {
        try state.code(.urlLink(token: token, body: body), at: now)
    }

    private mutating func link(_ body: String = body(), host: String? = nil) throws -> String {
        let answer = try state.answer(.urlLink(token: token, body: body, host: host))
        return try #require(answer["url_link"] as? String, "\(answer)")
    }

    @Test mutating func `answers as WeChat does, with a link to the phone`() throws {
        let text = try #require(state.plan(.urlLink(token: token, body: Self.body()), at: start).text)
        #expect(text.hasPrefix(#"{"errcode":0,"errmsg":"ok","url_link":"http://127.0.0.1:8090/phone?link="#))
        #expect(text.hasSuffix(#""}"#))
        let refused = try state.answer(.urlLink(token: token, body: Self.body(#","env_version":"beta""#)))
        #expect((refused["errmsg"] as? String)?.hasPrefix("invalid env_version rid: ") == true)
        #expect(state.counters.requests["/wxa/generate_urllink"]?.errcodes == [0: 1, 85402: 1])
    }

    @Test mutating func `makes another link each time`() throws {
        #expect(try link() != link())
    }

    @Test(arguments: [
        ("127.0.0.1:18090", "127.0.0.1:18090"), ("wxsim:8090", "wxsim:8090"), ("[::1]:80", "[::1]:80"),
        ("a-b.example:65535", "a-b.example:65535"), ("x", nil), ("x:", nil), (":80", nil), ("x:65536", nil),
        ("x:+80", nil), ("x:8٠", nil), ("x/y:80", nil), ("x@y:80", nil), ("x\":80", nil), ("::1:80", nil),
        ("[x]:80", nil), ("[::1:80", nil), ("", nil), (String(repeating: "x", count: 300) + ":80", nil),
    ])
    mutating func `leads to where the caller found the simulator, if that is a host and a port`(
        host: String,
        found: String?
    ) throws {
        state.address = "127.0.0.1:9999"
        #expect(try link(host: host).hasPrefix("http://\(found ?? "127.0.0.1:9999")/phone?link="))
    }

    @Test(arguments: [
        ("", 44002), ("path=a", 47001), ("[]", 47001), (#"{"path":1}"#, 47001), (#"{"expire_time":"soon"}"#, 47001),
        ("{}", 85401), (body(), 0), (body(#","env_version":"trial""#), 0), (body(#","env_version":null"#), 0),
        (body(#","env_version":"""#), 85402), (body(#","env_version":"Release""#), 85402),
        (body(path: ""), 0), (body(path: "/pages/login/index"), 0), (body(path: "pages/new"), 40165),
        (body(path: "//pages/login/index"), 40165), (body(path: "pages/login/index?a=1"), 40165),
        (body(path: "pages/new", #","env_version":"develop""#), 0),
        (body(path: "pages/new?a", #","env_version":"develop""#), 40165),
        (body(query: ""), 0), (body(query: "a=%20&b=~"), 0), (body(query: "a b"), 40212),
        (body(query: "<>"), 40212), (body(query: "é"), 40212),
    ])
    mutating func `checks body, version, page and query`(body: String, errcode: Int) throws {
        #expect(try self.errcode(body) == errcode)
    }

    @Test mutating func `takes a query of 1024 bytes and not of 1025`() throws {
        let query = { (count: Int) in
            #"{"query":"\#(String(repeating: "a", count: count))","expire_type":1,"expire_interval":1}"#
        }
        #expect(try errcode(query(1024)) == 0)
        #expect(try errcode(query(1025)) == 40212)
    }

    @Test(arguments: [
        (0, 59, 85401), (0, 60, 0), (0, 30 * 86_400, 0), (0, 30 * 86_400 + 1, 85401), (0, -1, 85401),
        (0, 99_999_999_999, 85401), (1, 0, 85401), (1, 1, 0), (1, 30, 0), (1, 31, 85401), (2, 60, 40097),
    ])
    mutating func `lives from a minute to 30 days`(kind: Int, span: Int, errcode: Int) throws {
        let end = kind == 1 ? #""expire_interval":\#(span)"# : #""expire_time":\#(Int(start.seconds) + span)"#
        #expect(try self.errcode(#"{"expire_type":\#(kind),\#(end)}"#) == errcode)
        // Without a type it is a time.
        if kind == 0 { #expect(try self.errcode("{\(end)}") == errcode) }
    }

    @Test(arguments: [#"{"expire_type":0}"#, #"{"expire_type":1}"#, #"{"expire_type":0,"expire_interval":1}"#])
    mutating func `wants the end that its type names`(body: String) throws {
        #expect(try errcode(body) == 85401)
    }

    @Test mutating func `has no home page without a release`() throws {
        let none = #"{"appid":"\#(DefaultApp.appid)","published_pages":[]}"#
        _ = ControlEndpoint.answer("POST", "/sim/apps", body: Array(none.utf8), at: start, in: &state)
        let home = #""expire_time":\#(soonest)"#
        #expect(try errcode("{\(home)}") == 40165)
        #expect(try errcode(#"{"env_version":"trial",\#(home)}"#) == 0)
    }

    @Test mutating func `makes a hundred links a second, refused ones included`() throws {
        for _ in 0..<99 { #expect(try errcode("{}") == 85401) }
        #expect(try errcode(Self.body()) == 0)
        #expect(try errcode(Self.body()) == 44990)
        #expect(try errcode(Self.body(), at: start + .milliseconds(999)) == 44990)
        #expect(try errcode(#"{"expire_type":1,"expire_interval":1}"#, at: start + .seconds(1)) == 0)
    }

    @Test mutating func `makes as many as the app may`() throws {
        let app = #"{"appid":"\#(DefaultApp.appid)","links_per_second":2,"links_per_day":3}"#
        let answer = ControlEndpoint.answer("POST", "/sim/apps", body: Array(app.utf8), at: start, in: &state)
        #expect(try json(answer.body)["links_per_second"] as? Int == 2)
        #expect(try json(answer.body)["links_per_day"] as? Int == 3)
        let days = #"{"expire_type":1,"expire_interval":1}"#
        let errcodes = try [0, 0, 0, 1, 1].map { try errcode(days, at: start + .seconds($0)) }
        #expect(errcodes == [0, 0, 44990, 0, 44993])
        let quota = try state.answer(.quota(token: token, body: #"{"cgi_path":"/wxa/generate_urllink"}"#))
        #expect((quota["quota"] as? [String: Int]) == ["daily_limit": 3, "used": 3, "remain": 0])
        // A day ends at midnight in Beijing; the token is a new one by then.
        token = try state.token(at: start + .seconds(86_400))
        #expect(try errcode(days, at: start + .seconds(86_400)) == 0)
    }

    @Test mutating func `wants a token that works and a POST with a length`() throws {
        #expect(try state.code(.urlLink(token: nil, body: "{}")) == 41001)
        #expect(try state.code(.urlLink(token: "x", body: "{}")) == 40001)
        #expect(try errcode("{}", at: start + .seconds(7201)) == 42001)
        let get = WeChatCall(path: "/wxa/generate_urllink", query: "access_token=\(token)")
        #expect(try state.code(get) == 43002)
        let chunked = WeChatCall(method: "POST", path: "/wxa/generate_urllink")
        #expect(state.plan(chunked, at: start).delivery == .send(.preconditionFailed))
    }

    @Test mutating func `is hit by faults`() throws {
        let call = WeChatCall.urlLink(token: token, body: Self.body())
        state.setFaults(FaultPlan(rules: [FaultRule(.errcode(44990), count: 1, path: "/wxa/generate_urllink")]))
        #expect(
            (try state.answer(call)["errmsg"] as? String)?.hasPrefix("reach max api second frequence limit") == true
        )
        state.setFaults(FaultPlan(rules: [FaultRule(.escapedSlashes)]))
        #expect(state.plan(call, at: start).text?.contains(#"http:\/\/127"#) == true)
        #expect(state.entrances.newest(9, of: nil).count == 1)
    }
}
