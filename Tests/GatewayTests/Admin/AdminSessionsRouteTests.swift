import HTTP
import HTTPServer
import Testing

@testable import Gateway

/// `GET` and `DELETE` on a user's sessions (contract section 5).
@Suite struct AdminSessionsRouteTests {
    private let fixture: UserFixture
    private let route: AdminSessionsRoute

    init() throws {
        fixture = try UserFixture()
        let keys = [
            try AdminKey(name: "users", key: "users", scopes: [.users]),
            try AdminKey(name: "revoke", key: "revoke", scopes: [.revoke]),
            try AdminKey(name: "wx2", key: "wx2", scopes: [.users], appIDs: ["wx2"]),
        ]
        let authorization = AdminAuthorization(keys: AdminKeys(keys), logger: fixture.log.logger())
        route = AdminSessionsRoute(authorization: authorization, users: fixture.administration)
    }

    private func list(_ id: Substring = "1", _ key: String = "users") async -> String {
        await line { try await route.list(by: try GatewaySamples.authorized(.get, "/", key), id: id) }
    }

    private func revoke(_ id: Substring = "1", _ key: String = "users") async -> String {
        await line { try await route.revoke(by: try GatewaySamples.authorized(.delete, "/", key), id: id) }
    }

    @Test func `the live sessions are listed, with an overlapping one to its end`() async throws {
        try await fixture.logIn(nickName: "n", channel: .web)
        try await fixture.logIn(device: "phone")
        fixture.clock.advance(seconds: 10)
        try await fixture.logIn(device: "phone")
        #expect(
            await list()
                == #"200 {"sessions":[{"channel":"web","createdAt":"2023-11-14T22:13:20Z","#
                + #""expiresAt":"2023-11-21T22:13:20Z"},{"channel":"mini","device":"phone","#
                + #""createdAt":"2023-11-14T22:13:20Z","expiresAt":"2023-11-14T22:13:40Z"},"#
                + #"{"channel":"mini","device":"phone","createdAt":"2023-11-14T22:13:30Z","#
                + #""expiresAt":"2023-11-21T22:13:30Z"}]}"#
        )
    }

    @Test func `a revocation ends all of them at once, and their tokens say so`() async throws {
        let mini = try await fixture.logIn(nickName: "n")
        let web = try await fixture.logIn(channel: .web)
        let refreshed = try await fixture.sessions.refresh(BearerToken(web)).token.string
        #expect(await revoke() == "204")
        for token in [mini, web, refreshed] { #expect(try await fixture.reason(of: token) == .revoked) }
        #expect(await list() == #"200 {"sessions":[]}"#)
        #expect(await revoke() == "204")
        // The user is still there and may log in again.
        #expect(try await fixture.reason(of: try await fixture.logIn()) == nil)
        #expect(try await fixture.reason(of: mini) == .revoked)
    }

    @Test func `it takes a user, and a key with the scope users that is for his app`() async throws {
        #expect(await list() == "404 not_found: There is no such user.")
        #expect(await revoke() == "404 not_found: There is no such user.")
        let token = try await fixture.logIn(nickName: "n")
        #expect(await list("x").hasPrefix("400 invalid_request"))
        for (key, expected) in [
            ("revoke", "403 forbidden: The key lacks the scope users."),
            ("wx2", "403 forbidden: The key is not for this app."), ("x", "401 invalid_token"),
        ] {
            #expect(await list("1", key).hasPrefix(expected))
            #expect(await revoke("1", key).hasPrefix(expected))
        }
        #expect(try await fixture.reason(of: token) == nil)
    }
}
