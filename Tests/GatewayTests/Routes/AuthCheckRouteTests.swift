import HTTP
import HTTPServer
import Testing

@testable import Gateway

/// Which credentials count at `/auth/check`, and that every outcome is one of three.
@Suite struct AuthCheckRouteTests {
    private static func request(_ headers: [(String, String)]) throws -> Request {
        try GatewaySamples.request(.get, "/auth/check", headers: Headers(headers))
    }

    private static func checked(
        _ openID: String = "o-1",
        identity: UserIdentity = UserIdentity()
    ) -> CheckedSession {
        let session = SessionSamples.session("sid", channel: .web)
        let live = LiveSession(session: session, identity: identity, isCurrent: true, validUntil: 9)
        let user = User.Key(appID: "wx1", openID: openID)
        return CheckedSession(user: user, live: live, tokenExpiresAt: 9, checkedAt: 0)
    }

    // MARK: - Credentials

    @Test(
        arguments: [
            ([("Cookie", "wxgate_session=c")], "c"), ([("Authorization", "Basic dTpw")], nil),
            ([("Authorization", "Bearer h"), ("Cookie", "wxgate_session=c")], "h"), ([], nil),
        ] as [([(String, String)], String?)]
    ) func `the header's token is checked, else the cookie's, and without any it is missing`(
        headers: [(String, String)],
        token: String?
    ) async throws {
        let route = AuthCheckRoute(cookies: WebCookies()) { checked throws(GatewayError) in
            #expect(checked.string == token)
            return Self.checked()
        }
        let problem = await Self.problem(of: route, try Self.request(headers))
        #expect(problem?.members == (token == nil ? [.reason("missing")] : nil))
    }

    @Test(
        arguments: [
            ([("Cookie", "wxgate_session=c")], "c"), ([("Authorization", "Basic dTpw")], nil),
            ([("Authorization", "Bearer h"), ("Cookie", "wxgate_session=c")], "h"), ([], nil),
        ] as [([(String, String)], String?)]
    ) func `at once the same token is checked, and one that the store must be asked about is left`(
        headers: [(String, String)],
        token: String?
    ) throws {
        for answers in [true, false] {
            let route = AuthCheckRoute(
                cookies: WebCookies(),
                sessionOf: { _ in Self.checked() },
                checkNow: { checked, show in
                    #expect(checked.text() == token)
                    return answers ? Self.checked().show(show) : nil
                }
            )
            let request = try Self.request(headers)
            if token == nil {
                #expect(throws: GatewayError.self) { try route.respondNow(to: request) }
            } else {
                #expect(try route.respondNow(to: request)?.status == (answers ? .ok : nil))
            }
        }
    }

    @Test func `the cookie counts for nothing when it is turned off`() async throws {
        let route = AuthCheckRoute(cookies: WebCookies(keepsSessions: false)) { _ in Self.checked() }
        let problem = await Self.problem(of: route, try Self.request([("Cookie", "wxgate_session=c")]))
        #expect(problem?.members == [.reason("missing")])
    }

    // MARK: - Outcomes

    private static let names = ["X-Wx-Appid", "X-Wx-Openid", "X-Wx-Unionid", "X-Wx-User-Id", "X-Wx-Channel"]

    @Test(arguments: [
        (UserIdentity(), ["wx1", "o-1", "", "", "web"]),
        (UserIdentity(id: 17, unionID: "u-1"), ["wx1", "o-1", "u-1", "17", "web"]),
    ]) func `all headers are on each 200, empty where nothing is known`(
        identity: UserIdentity,
        values: [String]
    ) async throws {
        let session = Self.checked(identity: identity)
        let route = AuthCheckRoute(cookies: WebCookies()) { token in
            #expect(token.string == "t")
            return session
        }
        let response = try await route.respond(to: Self.request([("Authorization", "Bearer t")]))
        #expect(response.status == .ok && response.body.isEmpty)
        for (name, value) in zip(Self.names, values) {
            #expect(response.headers.filter { $0.0 == name }.map(\.1) == [value], "\(name)")
        }
        #expect(response.headers.contains { $0 == ("Cache-Control", "no-store") })
    }

    @Test(arguments: [
        (GatewayError.invalidToken(.loggedOut), 401, "invalid_token"),
        (.invalidToken(.missing), 401, "invalid_token"), (.storeUnavailable, 503, "store_unavailable"),
        (.internalFailure("s3cret"), 503, "overloaded"), (.unknownApp("x"), 503, "overloaded"),
        (.forbidden("x"), 503, "overloaded"),
    ]) func `whatever fails is 401 or 503`(error: GatewayError, status: Int, name: String) async throws {
        let route = AuthCheckRoute(cookies: WebCookies()) { _ throws(GatewayError) in throw error }
        let request = try Self.request([("Authorization", "Bearer t")])
        let problem = try #require(await Self.problem(of: route, request))
        #expect(Int(problem.status.code) == status && problem.error == name)
        #expect(problem.headers.contains { $0.0 == (status == 401 ? "WWW-Authenticate" : "Retry-After") })
        #expect(!problem.detail.contains("s3cret"))
    }

    @Test(arguments: ["o 1", "o\u{0}", "o\r\nX: y", "ö", "o\u{7F}"])
    func `a name that no header can carry is 503, not another name`(openID: String) async throws {
        let session = Self.checked(openID)
        let problem = await Self.problem(
            of: AuthCheckRoute(cookies: WebCookies()) { _ in session },
            try Self.request([("Authorization", "Bearer t")])
        )
        #expect(problem?.status == .serviceUnavailable)
    }

    private static func problem(of route: AuthCheckRoute, _ request: Request) async -> Problem? {
        do {
            _ = try await route.respond(to: request)
            return nil
        } catch {
            return (error as? any ProblemConvertible)?.problem
        }
    }
}
