import HTTP
import HTTPServer
import Testing

@testable import Gateway

/// `/session` and `/logout` with the browser's cookie.
@Suite struct SessionCookieTests {
    private static let own = ("Origin", "http://a.example")
    private static let cleared = "wxgate_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"

    private let fixture: UserFixture
    private let origins: OriginPolicy

    init() throws {
        fixture = try UserFixture()
        origins = OriginPolicy(
            listed: ["https://shop.example"],
            addresses: ClientAddresses(
                trusted: [try #require(AddressRange("10.0.0.1"))],
                logger: LogRecorder().logger()
            )
        )
    }

    private func cookie(_ token: String) -> (String, String) { ("Cookie", "a=b; wxgate_session=\(token)") }

    /// The status, the error's name and reason, and what is set as a cookie.
    private func logOut(
        _ headers: [(String, String)],
        json: String? = nil,
        keepsSessions: Bool = true,
        ip: String = "192.0.2.1"
    ) async throws -> (line: String, setCookie: String?) {
        let type = json.map { _ in [("Content-Type", "application/json")] } ?? []
        let headers = Headers([("Host", "a.example")] + headers + type)
        let request = try GatewaySamples.request(headers: headers, body: json ?? "", ip: ip)
        let cookies = WebCookies(keepsSessions: keepsSessions)
        let route = LogoutRoute(sessions: fixture.sessions, cookies: cookies, origins: origins)
        do {
            let response = try await route.respond(to: request)
            return ("\(response.status.code)", response.headers.first { $0.0 == "Set-Cookie" }?.1)
        } catch let error as any ProblemConvertible {
            let problem = error.problem
            let reasons = problem.members.map { "\($0)" }.joined()
            return (
                "\(problem.status.code) \(problem.error) \(reasons)",
                problem.headers.first { $0.0 == "Set-Cookie" }?.1
            )
        }
    }

    private func session(_ headers: [(String, String)], keepsSessions: Bool = true) async throws -> String {
        let request = try GatewaySamples.request(.get, "/", headers: Headers(headers))
        let cookies = WebCookies(keepsSessions: keepsSessions)
        let route = SessionRoute(sessions: fixture.sessions, cookies: cookies)
        let later = await line { try await route.respond(to: request) }
        let now = await line { try #require(try route.respondNow(to: request)) }
        #expect(now == later)
        return later
    }

    // MARK: - Session

    @Test func `the session of the cookie is told, unless a bearer token is there`() async throws {
        let web = try await fixture.logIn(channel: .web)
        let mini = try await fixture.logIn()
        #expect(try await session([cookie(web)]).contains(#""channel":"web""#))
        let both = [cookie(web), ("Authorization", "Bearer \(mini)")]
        #expect(try await session(both).contains(#""channel":"mini""#))
        #expect(try await session([cookie(web), ("Authorization", "Bearer x")]).hasPrefix("401 "))
        #expect(
            try await session([cookie(web)], keepsSessions: false) == "401 invalid_token: No bearer token was sent."
        )
        #expect(try await session([]) == "401 invalid_token: No bearer token was sent.")
        #expect(try await session([("Authorization", "Basic dTpw")]) == "401 invalid_token: This is not a token.")
    }

    // MARK: - Logout

    @Test func `our own page logs out by the cookie, which is cleared`() async throws {
        let token = try await fixture.logIn(channel: .web)
        let outcome = try await logOut([cookie(token), Self.own])
        #expect(outcome.line == "204" && outcome.setCookie == Self.cleared)
        #expect(try await fixture.reason(of: token) == .loggedOut)
    }

    @Test func `behind a trusted proxy with TLS the cookie is cleared for https`() async throws {
        let token = try await fixture.logIn(channel: .web)
        let headers = [cookie(token), ("Origin", "https://a.example"), ("X-Forwarded-Proto", "https")]
        let outcome = try await logOut(headers, ip: "10.0.0.1")
        #expect(outcome.line == "204" && outcome.setCookie == Self.cleared + "; Secure")
    }

    @Test(
        arguments: [
            [], [("Origin", "https://shop.example")], [("Origin", "https://evil.example")], [("Origin", "null")],
            [("Origin", "https://a.example")], [own, own], [own, ("Sec-Fetch-Site", "cross-site")],
        ] as [[(String, String)]]
    ) func `no other page logs out by the cookie, not even a listed one`(headers: [(String, String)]) async throws {
        let token = try await fixture.logIn(channel: .web)
        let outcome = try await logOut([cookie(token)] + headers)
        #expect(outcome.line == "403 forbidden " && outcome.setCookie == nil)
        #expect(try await fixture.reason(of: token) == nil)
    }

    @Test func `a cookie whose session is dead is cleared with the 401`() async throws {
        let token = try await fixture.logIn(channel: .web)
        _ = try await logOut([("Authorization", "Bearer \(token)")])
        let dead = try await logOut([cookie(token), Self.own])
        #expect(dead.line == #"401 invalid_token reason("logged_out")"# && dead.setCookie == Self.cleared)
        for text in ["", "x"] {
            let outcome = try await logOut([cookie(text), Self.own])
            #expect(outcome.line == #"401 invalid_token reason("malformed")"# && outcome.setCookie == Self.cleared)
        }
        let planted = try await logOut([cookie("x"), ("Cookie", "wxgate_session=y"), Self.own])
        #expect(planted.line == #"401 invalid_token reason("malformed")"# && planted.setCookie == Self.cleared)
    }

    @Test func `a cookie is kept when nobody knows whether its session is dead`() async throws {
        let sessions = try SessionService(
            store: BrokenSessionStore(),
            policy: SessionPolicy(),
            keys: [try GatewaySamples.signingKey()],
            records: fixture.records,
            clock: fixture.clock.wall
        )
        let token = try await fixture.logIn(channel: .web)
        let route = LogoutRoute(sessions: sessions, cookies: WebCookies(), origins: origins)
        let headers = Headers([("Host", "a.example"), cookie(token), Self.own])
        let error = await #expect(throws: GatewayError.self) {
            try await route.respond(to: try GatewaySamples.request(headers: headers))
        }
        #expect(error?.problem.status == .serviceUnavailable)
    }

    @Test func `a token of the header or body wins, and clears the cookie only if it holds the same`() async throws {
        let web = try await fixture.logIn(channel: .web)
        let mini = try await fixture.logIn()
        let other = try await logOut([cookie(web), ("Authorization", "Bearer \(mini)")])
        #expect(other.line == "204" && other.setCookie == nil)
        #expect(try await fixture.reason(of: mini) == .loggedOut)
        #expect(try await fixture.reason(of: web) == nil)
        let same = try await logOut([cookie(web)], json: #"{"token":"\#(web)"}"#)
        #expect(same.line == "204" && same.setCookie == Self.cleared)
        let again = try await logOut([cookie(web), ("Authorization", "Bearer \(web)")])
        #expect(again.line == #"401 invalid_token reason("logged_out")"# && again.setCookie == Self.cleared)
        let planted = [cookie(web), ("Cookie", "wxgate_session=y"), ("Authorization", "Bearer \(web)")]
        #expect(try await logOut(planted).setCookie == nil)
    }

    @Test func `turned off, the cookie is neither taken nor cleared`() async throws {
        let token = try await fixture.logIn(channel: .web)
        let outcome = try await logOut([cookie(token), Self.own], keepsSessions: false)
        #expect(outcome.line == #"401 invalid_token reason("missing")"# && outcome.setCookie == nil)
        let bearer = [cookie(token), ("Authorization", "Bearer \(token)")]
        #expect(try await logOut(bearer, keepsSessions: false).setCookie == nil)
    }

    @Test func `without any token it is the header that is missing or malformed`() async throws {
        #expect(try await logOut([Self.own]).line == #"401 invalid_token reason("missing")"#)
        let basic = [("Authorization", "Basic dTpw")]
        #expect(try await logOut(basic).line == #"401 invalid_token reason("malformed")"#)
        let token = try await fixture.logIn(channel: .web)
        #expect(try await logOut([cookie(token), Self.own] + basic).line == "204")
    }
}
