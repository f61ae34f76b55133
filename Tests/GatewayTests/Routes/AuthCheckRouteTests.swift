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
        let claims = TokenClaims(
            openID: openID,
            appID: "wx1",
            sessionID: "sid",
            tokenID: "jti",
            channel: .web,
            issuedAt: 0,
            expiresAt: 9
        )
        let session = SessionSamples.session("sid", channel: .web)
        let live = LiveSession(session: session, identity: identity, isCurrent: true, validUntil: 9)
        return CheckedSession(user: User.Key(appID: "wx1", openID: openID), live: live, claims: claims)
    }

    // MARK: - Credentials

    @Test(
        arguments: [
            ([("Authorization", "Bearer h")], "h"), ([("Cookie", "wxgate_session=c")], "c"),
            ([("Cookie", "wxgate_session=c"), ("authorization", "bearer h")], "h"),
            ([("Authorization", "Basic dTpw"), ("Cookie", "wxgate_session=c")], "c"),
            ([("Authorization", "Bearerx h"), ("Cookie", "wxgate_session=c")], "c"),
            ([("Cookie", "a=b"), ("Cookie", #"x=1; wxgate_session="c""#)], "c"),
            ([("Cookie", "wxgate_session=c; wxgate_session=c"), ("Cookie", "wxgate_session=c")], "c"),
        ] as [([(String, String)], String)]
    ) func `a bearer token counts, else the cookie`(
        headers: [(String, String)],
        token: String
    ) throws {
        #expect(try AuthCheckRoute.token(of: Self.request(headers)).string == token)
    }

    @Test(
        arguments: [
            ([], .missing), ([("Authorization", "Basic dTpw")], .missing), ([("Cookie", "WXGATE_SESSION=c")], .missing),
            ([("Cookie", "wxgate_qr=c")], .missing), ([("Authorization", "")], .missing),
            // A bearer token that is none hides a good cookie: who sends one means it.
            ([("Authorization", "Bearer "), ("Cookie", "wxgate_session=c")], .malformed),
            ([("Authorization", "Bearer"), ("Cookie", "wxgate_session=c")], .malformed),
            ([("Authorization", "Bearer h"), ("Authorization", "Bearer h")], .malformed),
            (
                [("Authorization", "Basic b"), ("Authorization", "Bearer h"), ("Cookie", "wxgate_session=c")],
                .malformed
            ),
            ([("Cookie", "wxgate_session=c; wxgate_session=d")], .malformed),
            ([("Cookie", "wxgate_session=c"), ("Cookie", "wxgate_session=")], .malformed),
        ] as [([(String, String)], InvalidTokenReason)]
    ) func `no credentials are missing, doubtful ones malformed`(
        headers: [(String, String)],
        reason: InvalidTokenReason
    ) throws {
        let request = try Self.request(headers)
        let error = #expect(throws: GatewayError.self) { try AuthCheckRoute.token(of: request) }
        guard case .invalidToken(reason)? = error else {
            Issue.record("\(error as Any)")
            return
        }
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
        let route = AuthCheckRoute { token in
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
        let route = AuthCheckRoute { _ throws(GatewayError) in throw error }
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
            of: AuthCheckRoute { _ in session },
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
