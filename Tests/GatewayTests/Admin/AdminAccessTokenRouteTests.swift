import HTTP
import HTTPServer
import TestSupport
import Testing
import UV
import WeChat

@testable import Gateway

/// `/internal/v1/access_token` and `…/invalidate` (contract section 5).
@Suite struct AdminAccessTokenRouteTests {
    private static let good = #"200 {"access_token":"98_the-token-of-WeChat","expires_in":5000}"#
    private static let appID = GatewaySamples.appID

    @Test func `the token comes with the whole seconds that are left, never rounded up`() async throws {
        try await withLoop { actor in
            let bench = try TokenBench(on: actor.loop)
            #expect(await bench.get("?appid=\(Self.appID)") == Self.good)
            bench.clock.advance(milliseconds: 999)
            #expect(await bench.get() == Self.good)
            bench.clock.advance(milliseconds: 1)
            #expect(await bench.get().contains(#""expires_in":4999}"#))
            bench.clock.advance(seconds: 6_000)
            #expect(await bench.get().contains(#""expires_in":0}"#))
            #expect(bench.source.calls == Array(repeating: "get \(Self.appID)", count: 4))
        }
    }

    @Test func `no cache may keep it`() async throws {
        try await withLoop { actor in
            let bench = try TokenBench(on: actor.loop)
            let reply = try await bench.route.handOut(by: GatewaySamples.authorized(.get, "/", "key-of-service"))
            #expect(reply.headers.contains { $0 == ("Cache-Control", "no-store") })
            #expect(reply.headers.contains { $0 == ("Content-Type", "application/json") })
        }
    }

    @Test func `an appid is needed when several apps are configured, and must be one of them`() async throws {
        try await withLoop { actor in
            let bench = try TokenBench(on: actor.loop, appIDs: [Self.appID, TokenBench.otherAppID])
            let token = #""access_token":"t""#
            #expect(await bench.get() == "400 unknown_app: Several apps are configured: appid is required.")
            #expect(await bench.get("?appid=").hasPrefix("400 unknown_app"))
            #expect(await bench.get("?appid=wx1").hasPrefix("400 unknown_app: This appid is not configured."))
            #expect(await bench.invalidate("{\(token)}").hasPrefix("400 unknown_app"))
            #expect(await bench.invalidate(#"{\#(token),"appid":"wx1"}"#).hasPrefix("400 unknown_app"))
            #expect(bench.source.calls.isEmpty)
            #expect(await bench.get("?appid=\(TokenBench.otherAppID)").hasPrefix("200"))
            #expect(bench.source.calls == ["get \(TokenBench.otherAppID)"])
        }
    }

    @Test func `a key must be known, have the scope and be for the app`() async throws {
        try await withLoop { actor in
            let bench = try TokenBench(on: actor.loop, appIDs: [Self.appID, TokenBench.otherAppID])
            let body = #"{"appid":"\#(Self.appID)","access_token":"t"}"#
            for (key, expected) in [
                ("nobody's", "401 invalid_token"), ("", "401 invalid_token"),
                ("key-of-users", "403 forbidden: The key lacks the scope access_token."),
                ("key-of-other", "403 forbidden: The key is not for this app."),
            ] {
                #expect(await bench.get("?appid=\(Self.appID)", key: key).hasPrefix(expected))
                #expect(await bench.invalidate(body, key: key).hasPrefix(expected))
            }
            #expect(bench.source.calls.isEmpty)
            #expect(await bench.get("?appid=\(TokenBench.otherAppID)", key: "key-of-other").hasPrefix("200"))
            let uses = bench.authorization.uses
            #expect(uses.unknownCount == 4 && uses.count("users", .forbidden) == 2)
            #expect(uses.count("other", .allowed) == 3 && uses.count("service", .allowed) == 0)
        }
    }

    @Test func `without any key both calls are forbidden`() async throws {
        try await withLoop { actor in
            let bench = try TokenBench(on: actor.loop, keyed: false)
            #expect(await bench.get().hasPrefix("403 forbidden"))
            #expect(await bench.invalidate("{}").hasPrefix("403 forbidden"))
            #expect(bench.source.calls.isEmpty)
        }
    }

    @Test func `a report is answered with the current token and what became of the other`() async throws {
        try await withLoop { actor in
            let bench = try TokenBench(on: actor.loop)
            let current = try bench.kept("new", left: 7_199_500)
            bench.source.reports(AccessTokenReport(current: current, isRefreshed: true, retryAfterSeconds: nil))
            let refreshed = #"200 {"access_token":"new","expires_in":7199,"refreshed":true}"#
            let body = #"{"appid":"\#(Self.appID)","access_token":"old"}"#
            #expect(await bench.invalidate(body) == refreshed)
            #expect(await bench.invalidate(#"{"access_token":"old","appid":null,"more":[1]}"#) == refreshed)
            #expect(await bench.invalidate(form: "appid=\(Self.appID)&access_token=o%2Bl") == refreshed)
            #expect(
                bench.source.calls == [
                    "report \(Self.appID) old", "report \(Self.appID) old", "report \(Self.appID) o+l",
                ]
            )
            bench.source.reports(AccessTokenReport(current: current, isRefreshed: false, retryAfterSeconds: 31))
            let refused = #"200 {"access_token":"new","expires_in":7199,"refreshed":false,"retry_after":31}"#
            #expect(await bench.invalidate(body) == refused)
            bench.source.reports(AccessTokenReport(current: current, isRefreshed: false, retryAfterSeconds: nil))
            #expect(await bench.invalidate(body) == #"200 {"access_token":"new","expires_in":7199,"refreshed":false}"#)
        }
    }

    @Test func `a text that can be no token is not the current one, and nothing is done about it`() async throws {
        try await withLoop { actor in
            let bench = try TokenBench(on: actor.loop)
            let text = String(Self.good.dropLast()) + #","refreshed":false}"#
            for token in ["with space", "令牌", #"\u0000"#, String(repeating: "令", count: 512)] {
                #expect(await bench.invalidate(#"{"access_token":"\#(token)"}"#) == text)
            }
            #expect(bench.source.calls == Array(repeating: "get \(Self.appID)", count: 4))
            bench.source.fails(.timeout)
            #expect(await bench.invalidate(#"{"access_token":"令牌"}"#).hasPrefix("503 upstream_busy"))
        }
    }

    @Test(
        arguments: [
            (nil, "access_token is missing."), ("{}", "access_token is missing."),
            (#"{"access_token":""}"#, "access_token is missing."),
            (#"{"access_token":null}"#, "access_token is missing."),
            (#"{"access_token":1}"#, "access_token is not a string."),
            (#"{"access_token":true}"#, "access_token is not a string."),
            (#"{"access_token":"a","access_token":"b"}"#, "access_token is given more than once."),
            (#"{"access_token":"a","appid":["x"]}"#, "appid is not a string."),
            (
                #"{"access_token":"\#(String(repeating: "x", count: 513))"}"#,
                "access_token is longer than 512 characters."
            ),
            (
                #"{"access_token":"a","appid":"\#(String(repeating: "x", count: 65))"}"#,
                "appid is longer than 64 characters."
            ),
            ("[]", "The body is not a JSON object."), (#"{"access_token":"a""#, "The body is not a JSON object."),
        ] as [(String?, String)]
    )
    func `a body that cannot be meant is refused by the name of its member`(body: String?, detail: String) async throws
    {
        try await withLoop { actor in
            let bench = try TokenBench(on: actor.loop)
            #expect(await bench.invalidate(body) == "400 invalid_request: \(detail)")
            #expect(bench.source.calls.isEmpty)
        }
    }

    @Test func `a query that cannot be meant is refused by the name of its member`() async throws {
        try await withLoop { actor in
            let bench = try TokenBench(on: actor.loop)
            let long = String(repeating: "x", count: 65)
            for (query, detail) in [
                ("?appid=\(long)", "appid is longer than 64 characters."),
                ("?appid=a&appid=b", "appid is given more than once."),
                ("?appid=%zz", "query: field appid: invalid percent-encoding"),
            ] { #expect(await bench.get(query) == "400 invalid_request: \(detail)") }
            #expect(bench.source.calls.isEmpty)
        }
    }

    /// Each line: why there is no token, status, error, whether it says when to come again.
    private static let failures: [(WeChatError, UInt16, String, Bool)] = [
        (.misconfigured(WeChatRefusal(errcode: 40164, errmsg: "invalid ip 1.2.3.4")), 502, "app_misconfigured", false),
        (.misconfigured(WeChatRefusal(errcode: 40125, errmsg: "invalid appsecret")), 502, "app_misconfigured", false),
        (.rateLimited(WeChatRefusal(errcode: 45009, errmsg: "quota")), 429, "rate_limited", true),
        (.rateLimited(WeChatRefusal(errcode: 45011, errmsg: "quota")), 429, "rate_limited", true),
        (.busy(WeChatRefusal(errcode: -1, errmsg: "system error")), 503, "upstream_busy", true),
        (.unexpectedErrcode(WeChatRefusal(errcode: 12345, errmsg: "odd")), 503, "upstream_busy", true),
        (.invalidAccessToken(WeChatRefusal(errcode: 40001, errmsg: "dead")), 503, "upstream_busy", true),
        (.timeout, 503, "upstream_busy", true), (.connection(reason: "refused"), 503, "upstream_busy", true),
        (.invalidReply(reason: "a page"), 503, "upstream_busy", true), (.overloaded, 503, "upstream_busy", true),
        (.cancelled, 503, "upstream_busy", true),
    ]

    @Test(arguments: failures)
    func `without a usable token it tells why, and when to come again`(
        error: WeChatError,
        status: UInt16,
        name: String,
        waits: Bool
    ) async throws {
        try await withLoop { actor in
            let bench = try TokenBench(on: actor.loop)
            bench.source.fails(error, retryAfterSeconds: 42)
            let requests: [() async throws -> Response] = [
                { try await bench.route.handOut(by: GatewaySamples.authorized(.get, "/", "key-of-service")) },
                {
                    let json = #"{"access_token":"t"}"#
                    let request = try GatewaySamples.authorized(.post, "/", "key-of-service", json: json)
                    return try await bench.route.invalidate(by: request)
                },
            ]
            for request in requests {
                let thrown = await #expect(throws: AccessTokenUnavailable.self) { _ = try await request() }
                let problem = try #require(thrown).problem
                #expect(problem.status.code == status && problem.error == name)
                let wait = problem.headers.first { $0.0 == "Retry-After" }?.1
                #expect(wait == (waits ? "42" : nil))
                let refusal: [Problem.Member] = error.refusal.map { [.errcode($0.errcode), .errmsg($0.errmsg)] } ?? []
                #expect(problem.members == refusal)
                #expect(!problem.detail.isEmpty && !problem.title.isEmpty)
            }
        }
    }

    @Test func `a client that hung up is owed no reply`() async throws {
        try await withLoop { actor in
            let bench = try TokenBench(on: actor.loop)
            bench.source.fails(.cancelled)
            withUnsafeCurrentTask { $0?.cancel() }
            #expect(await bench.get() == "CancellationError()")
            #expect(await bench.invalidate(#"{"access_token":"t"}"#) == "CancellationError()")
            #expect(await bench.token(WeChatTokenRouteTests.query()) == "CancellationError()")
        }
    }

    @Test func `each use is one line by the key's name, and no line has a key or a token`() async throws {
        try await withLoop { actor in
            let bench = try TokenBench(on: actor.loop)
            bench.source.reports(
                AccessTokenReport(current: try bench.kept("new-token"), isRefreshed: true, retryAfterSeconds: nil)
            )
            _ = await bench.get("?appid=\(Self.appID)")
            _ = await bench.invalidate(#"{"access_token":"dead-token"}"#)
            _ = await bench.get("?appid=wx-nobody")
            _ = await bench.get(key: "key-of-users")
            _ = await bench.get(key: "unknown-key")
            let get = "info operator's call call=GET /internal/v1/access_token key"
            #expect(
                bench.log.lines == [
                    "\(get)=service outcome=allowed request_id=request-1",
                    "info operator's call call=POST /internal/v1/access_token/invalidate key=service outcome=allowed"
                        + " request_id=request-1",
                    "\(get)=service outcome=allowed request_id=request-1",
                    "\(get)=users outcome=forbidden request_id=request-1",
                ]
            )
            let uses = bench.authorization.uses
            #expect(uses.count("service", .allowed) == 3 && uses.count("users", .forbidden) == 1)
            #expect(uses.unknownCount == 1)
        }
    }

    @Test func `an operator sees the trouble of each app in the order of the configuration`() async throws {
        try await withLoop { actor in
            let bench = try TokenBench(on: actor.loop, appIDs: [Self.appID, TokenBench.otherAppID])
            #expect(bench.tokens.troubles.isEmpty)
            bench.source.isTroubled(TokenBench.otherAppID, "no access_token: b")
            #expect(bench.tokens.troubles == ["\(TokenBench.otherAppID): no access_token: b"])
            bench.source.isTroubled(Self.appID, "no access_token: a")
            bench.source.isTroubled("wx-nobody", "x")
            #expect(
                bench.tokens.troubles == [
                    "\(Self.appID): no access_token: a", "\(TokenBench.otherAppID): no access_token: b",
                ]
            )
        }
    }
}
