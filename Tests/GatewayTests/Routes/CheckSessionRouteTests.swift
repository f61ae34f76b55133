import HTTP
import HTTPServer
import TestSupport
import Testing
import WeChat

@testable import Gateway

/// `GET /api/v1/wx/checkSession` (contract section 3).
@Suite struct CheckSessionRouteTests {
    private let fixture: UserFixture
    private let route: CheckSessionRoute

    init() throws {
        fixture = try UserFixture()
        route = CheckSessionRoute(sessions: fixture.sessions, users: fixture.service)
    }

    private func check(_ token: String) async -> String {
        await line { try await route.respond(to: try GatewaySamples.authorized(.get, "/", token)) }
    }

    @Test(arguments: [true, false])
    func `WeChat is asked about the newest key and believed`(isValid: Bool) async throws {
        fixture.weChat.validity = .success(isValid)
        try await fixture.logIn()
        let token = try await fixture.logIn(sessionKey: UserDataVectors.sessionKeyB)
        #expect(await check(token) == #"200 {"valid":\#(isValid)}"#)
        let asked = "check \(GatewaySamples.appID) \(UserFixture.key.openID) \(UserDataVectors.sessionKeyB)"
        #expect(fixture.weChat.calls == [asked])
    }

    @Test func `without a key there is nothing to ask`() async throws {
        let token = try await fixture.logIn(sessionKey: nil)
        #expect(await check(token) == #"200 {"valid":false}"#)
        #expect(fixture.weChat.calls.isEmpty)
    }

    @Test func `WeChat's failure is no answer`() async throws {
        fixture.weChat.validity = .failure(.timeout)
        let token = try await fixture.logIn()
        #expect(await check(token).hasPrefix("504 upstream_timeout"))
        #expect(fixture.log.lines.contains { $0.contains("api=checksession") })
    }

    @Test func `an app that is configured no more has no secret to call with`() async throws {
        let token = try await fixture.logIn(User.Key(appID: "wxgone", openID: "o1"))
        #expect(await check(token) == "400 unknown_app: This appid is not configured.")
        #expect(fixture.weChat.calls.isEmpty)
    }

    @Test func `a user who was erased since the check is told that the session is gone`() async throws {
        let token = try await fixture.logIn()
        _ = try await fixture.users.erase(UserFixture.key)
        #expect(await check(token) == "401 invalid_token: A newer login took the place of this session.")
    }
}
