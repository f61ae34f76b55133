import HTTP
import HTTPServer
import Testing
import WeChat

@testable import Gateway

@Suite struct UserInfoRouteTests {
    private let fixture: UserFixture
    private let route: UserInfoRoute

    init() throws {
        fixture = try UserFixture()
        route = UserInfoRoute(sessions: fixture.sessions, users: fixture.service)
    }

    private func info(_ token: String) async -> String {
        await line { try await route.respond(to: try GatewaySamples.authorized(.get, "/", token)) }
    }

    @Test func `before a profile was saved there is no id, name or picture`() async throws {
        let token = try await fixture.logIn()
        #expect(
            await info(token)
                == #"200 {"openid":"\#(UserFixture.key.openID)","isBindingMobile":false,"#
                + #""createdAt":"2023-11-14T22:13:20Z","lastLoginAt":"2023-11-14T22:13:20Z"}"#
        )
    }

    @Test func `with everything it is the contract's example`() async throws {
        try await fixture.logIn(nickName: "n")
        fixture.clock.advance(milliseconds: 86_400_000 + 999)
        let token = try await fixture.logIn()
        _ = try await fixture.users.savePhone(SealedRecord(bytes: [1]), of: UserFixture.key)
        #expect(
            await info(token)
                == #"200 {"id":"1","openid":"\#(UserFixture.key.openID)","nickName":"n","#
                + #""avatarUrl":"https://a.example/n","isBindingMobile":true,"#
                + #""createdAt":"2023-11-14T22:13:20Z","lastLoginAt":"2023-11-15T22:13:20Z"}"#
        )
    }

    @Test func `it takes a token, and a good one`() async throws {
        let missing = await line { try await route.respond(to: try GatewaySamples.request(.get, "/")) }
        #expect(missing == "401 invalid_token: No bearer token was sent.")
        #expect(await info("x") == "401 invalid_token: This is not a token.")
    }

    @Test func `a user who was erased since the check has no session`() async throws {
        let token = try await fixture.logIn()
        _ = try await fixture.users.erase(UserFixture.key)
        #expect(await info(token) == "401 invalid_token: A newer login took the place of this session.")
    }

    @Test func `a user of an app that is configured no more still sees himself`() async throws {
        let token = try await fixture.logIn(User.Key(appID: "wxgone", openID: "o1"))
        #expect(await info(token).hasPrefix(#"200 {"openid":"o1""#))
    }

    @Test(arguments: [(0, "1970-01-01T00:00:00Z"), (951_782_400_000, "2000-02-29T00:00:00Z")])
    func `times are in UTC and to the second`(milliseconds: Int64, text: String) {
        #expect(RFC3339Time.text(milliseconds: milliseconds) == text)
        #expect(RFC3339Time.text(milliseconds: milliseconds + 999) == text)
    }
}
