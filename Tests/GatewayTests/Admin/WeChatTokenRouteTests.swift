import HTTP
import HTTPServer
import TestSupport
import Testing
import UV
import WeChat

@testable import Gateway

/// `/cgi-bin/token` and `/cgi-bin/stable_token` in WeChat's shape (contract section 5).
@Suite struct WeChatTokenRouteTests {
    private static let good = #"200 {"access_token":"98_the-token-of-WeChat","expires_in":5000}"#
    private static let appID = GatewaySamples.appID

    static func query(_ appID: String = appID, secret: String = "key-of-service") -> String {
        "?grant_type=client_credential&appid=\(appID)&secret=\(secret)"
    }

    private static func body(
        _ appID: String = appID,
        secret: String = "key-of-service",
        more: String = ""
    ) -> String {
        #"{"grant_type":"client_credential","appid":"\#(appID)","secret":"\#(secret)"\#(more)}"#
    }

    private static func error(_ errcode: Int, _ errmsg: String) -> String {
        #"200 {"errcode":\#(errcode),"errmsg":"\#(errmsg)"}"#
    }

    @Test func `both paths give the token that the other path gives, with what is left of it`() async throws {
        try await withLoop { actor in
            let bench = try TokenBench(on: actor.loop)
            #expect(await bench.token(Self.query()) == Self.good)
            #expect(await bench.token(Self.query() + "&force_refresh=true") == Self.good)
            #expect(await bench.stableToken(Self.body()) == Self.good)
            #expect(await bench.get() == Self.good)
            #expect(bench.source.calls == Array(repeating: "get \(Self.appID)", count: 4))
            bench.clock.advance(seconds: 4_900)
            let later = #"200 {"access_token":"98_the-token-of-WeChat","expires_in":100}"#
            #expect(await bench.token(Self.query()) == later)
            #expect(await bench.stableToken(Self.body()) == later)
        }
    }

    @Test func `the body's media type is none of WeChat's concern`() async throws {
        try await withLoop { actor in
            let bench = try TokenBench(on: actor.loop)
            for type in ["application/json", "text/plain", "application/x-www-form-urlencoded", "x"] {
                #expect(await bench.stableToken(Self.body(), headers: ["Content-Type": type]) == Self.good)
            }
        }
    }

    @Test func `a forced refresh reports the current token as dead, whichever it is`() async throws {
        try await withLoop { actor in
            let bench = try TokenBench(on: actor.loop)
            let current = try bench.kept("new", left: 7_200_000)
            bench.source.reports(AccessTokenReport(current: current, isRefreshed: true, retryAfterSeconds: 3))
            for flag in ["true", " true "] {
                let reply = await bench.stableToken(Self.body(more: #","force_refresh":\#(flag)"#))
                #expect(reply == #"200 {"access_token":"new","expires_in":7200}"#)
            }
            #expect(bench.source.calls == Array(repeating: "report \(Self.appID) current", count: 2))
            for flag in ["false", "null"] {
                #expect(await bench.stableToken(Self.body(more: #","force_refresh":\#(flag)"#)) == Self.good)
            }
            for flag in [#""true""#, "1", "[]"] {
                let reply = await bench.stableToken(Self.body(more: #","force_refresh":\#(flag)"#))
                #expect(reply == Self.error(47001, "data format error"))
            }
            #expect(bench.source.calls.dropFirst(2) == ["get \(Self.appID)", "get \(Self.appID)"])
        }
    }

    @Test func `the other method gets WeChat's words`() async throws {
        try await withLoop { actor in
            let bench = try TokenBench(on: actor.loop)
            #expect(await bench.token(Self.query(), .post) == Self.error(43001, "require GET method"))
            for method in [HTTP.Method.get, .head] {
                #expect(await bench.stableToken("", method) == Self.error(43002, "require POST method"))
            }
            #expect(await bench.token(Self.query(), .head) == Self.good)
            #expect(bench.source.calls == ["get \(Self.appID)"])
        }
    }

    /// Each line: the members of a request, and what WeChat says to them.
    private static let refusals: [([String: String], Int, String)] = [
        ([:], 41002, "appid missing"),
        (["secret": "key-of-service", "grant_type": "client_credential"], 41002, "appid missing"),
        (["appid": "", "secret": "key-of-service", "grant_type": "client_credential"], 41002, "appid missing"),
        (["appid": appID, "grant_type": "client_credential"], 41004, "appsecret missing"),
        (["appid": appID, "secret": "", "grant_type": "client_credential"], 41004, "appsecret missing"),
        (["appid": appID, "secret": "key-of-service"], 40002, "invalid grant_type"),
        (["appid": appID, "secret": "key-of-service", "grant_type": "refresh"], 40002, "invalid grant_type"),
        (
            ["appid": "wx1", "secret": "key-of-service", "grant_type": "client_credential"], 40013, "invalid appid"
        ),
        // The app's own secret is no key.
        (["appid": appID, "secret": "s3cret", "grant_type": "client_credential"], 40125, "invalid appsecret"),
        (["appid": "wx1", "secret": "nobody's", "grant_type": "client_credential"], 40125, "invalid appsecret"),
        (["appid": appID, "secret": "key-of-users", "grant_type": "client_credential"], 48001, "api unauthorized"),
        (["appid": appID, "secret": "key-of-other", "grant_type": "client_credential"], 48001, "api unauthorized"),
        (
            ["appid": String(repeating: "x", count: 513), "secret": "k", "grant_type": "client_credential"], 47001,
            "data format error"
        ),
    ]

    @Test(arguments: refusals)
    func `what is missing or wrong is told by WeChat's errcode`(
        members: [String: String],
        errcode: Int,
        errmsg: String
    ) async throws {
        try await withLoop { actor in
            let bench = try TokenBench(on: actor.loop, appIDs: [Self.appID, TokenBench.otherAppID])
            let query = members.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
            #expect(await bench.token("?\(query)") == Self.error(errcode, errmsg))
            let json = members.map { #""\#($0.key)":"\#($0.value)""# }.joined(separator: ",")
            #expect(await bench.stableToken("{\(json)}") == Self.error(errcode, errmsg))
            #expect(bench.source.calls.isEmpty)
        }
    }

    @Test func `what is no JSON object, or cannot be read, is a wrong format`() async throws {
        try await withLoop { actor in
            let bench = try TokenBench(on: actor.loop)
            let form = String(Self.query().dropFirst())
            for body in ["", "[]", "null", "{", form, #"{"appid":1}"#, #"{"appid":"a","appid":"b"}"#] {
                #expect(await bench.stableToken(body) == Self.error(47001, "data format error"))
            }
            for query in ["?appid=%zz", "?appid=a&appid=b"] {
                #expect(await bench.token(query) == Self.error(47001, "data format error"))
            }
            #expect(bench.source.calls.isEmpty)
        }
    }

    @Test func `a bearer key counts for nothing here`() async throws {
        try await withLoop { actor in
            let bench = try TokenBench(on: actor.loop)
            let headers: Headers = ["Authorization": "Bearer key-of-service"]
            let reply = await bench.stableToken(Self.body(secret: "x"), headers: headers)
            #expect(reply == Self.error(40125, "invalid appsecret"))
        }
    }

    @Test func `without any key nobody gets one`() async throws {
        try await withLoop { actor in
            let bench = try TokenBench(on: actor.loop, keyed: false)
            #expect(await bench.token(Self.query()) == Self.error(48001, "api unauthorized"))
            #expect(await bench.stableToken(Self.body()) == Self.error(48001, "api unauthorized"))
        }
    }

    @Test func `a key that is for one app opens that one`() async throws {
        try await withLoop { actor in
            let bench = try TokenBench(on: actor.loop, appIDs: [Self.appID, TokenBench.otherAppID])
            #expect(await bench.token(Self.query(TokenBench.otherAppID, secret: "key-of-other")) == Self.good)
            #expect(await bench.stableToken(Self.body(TokenBench.otherAppID, secret: "key-of-other")) == Self.good)
            #expect(bench.source.calls == Array(repeating: "get \(TokenBench.otherAppID)", count: 2))
        }
    }

    /// Each line: why there is no token, and what WeChat's clients are told.
    private static let failures: [(WeChatError, Int, String)] = [
        (
            .misconfigured(WeChatRefusal(errcode: 40164, errmsg: "invalid ip 1.2.3.4 rid: 6437cc6f-48613c7c-0bdbbd0d")),
            40164, "invalid ip 1.2.3.4"
        ),
        (
            .rateLimited(WeChatRefusal(errcode: 45009, errmsg: "reach max api daily quota limit")), 45009,
            "reach max api daily quota limit"
        ),
        (.busy(WeChatRefusal(errcode: -1, errmsg: "odd")), -1, "system error"),
        (.unexpectedErrcode(WeChatRefusal(errcode: 12345, errmsg: "odd")), -1, "system error"),
        (.timeout, -1, "system error"), (.connection(reason: "x"), -1, "system error"),
        (.invalidReply(reason: "x"), -1, "system error"), (.cancelled, -1, "system error"),
    ]

    @Test(arguments: failures)
    func `without a usable token the reply is what WeChat's own would be`(
        failure: WeChatError,
        errcode: Int,
        errmsg: String
    ) async throws {
        try await withLoop { actor in
            let bench = try TokenBench(on: actor.loop)
            bench.source.fails(failure)
            #expect(await bench.token(Self.query()) == Self.error(errcode, errmsg))
            #expect(await bench.stableToken(Self.body()) == Self.error(errcode, errmsg))
            #expect(await bench.stableToken(Self.body(more: #","force_refresh":true"#)) == Self.error(errcode, errmsg))
        }
    }

    @Test func `each use is counted and logged as on the other paths, whatever else is wrong`() async throws {
        try await withLoop { actor in
            let bench = try TokenBench(on: actor.loop)
            _ = await bench.token(Self.query())
            _ = await bench.token(Self.query("wx1"))
            _ = await bench.token("?secret=key-of-service")
            _ = await bench.token("?secret=key-of-users")
            _ = await bench.stableToken(Self.body(secret: "key-of-users"))
            _ = await bench.stableToken(Self.body(secret: "unknown-key"))
            _ = await bench.stableToken("{}")
            let get = "info operator's call call=GET /cgi-bin/token key"
            #expect(
                bench.log.lines == [
                    "\(get)=service outcome=allowed request_id=request-1",
                    "\(get)=service outcome=allowed request_id=request-1",
                    "\(get)=service outcome=allowed request_id=request-1",
                    "\(get)=users outcome=forbidden request_id=request-1",
                    "info operator's call call=POST /cgi-bin/stable_token key=users outcome=forbidden"
                        + " request_id=request-1",
                ]
            )
            let uses = bench.authorization.uses
            #expect(uses.count("service", .allowed) == 3 && uses.count("users", .forbidden) == 2)
            #expect(uses.unknownCount == 2)
        }
    }
}
