import HTTP
import HTTPServer
import Testing
import WeChat

@testable import Gateway

/// `/session` and `/logout` over a store in memory.
@Suite struct SessionRoutesTests {
    private static let user = User.Key(appID: GatewaySamples.appID, openID: GatewaySamples.openID)

    private let clock = ManualClock()
    private let users = MemoryUserStore()
    private let sessions: SessionService
    private let session: SessionRoute
    private let logout: LogoutRoute

    init() throws {
        sessions = try SessionService(
            store: MemorySessionStore(),
            policy: SessionPolicy(),
            keys: [try SigningKey(Array(repeating: 1, count: 32))],
            clock: clock.wall
        )
        session = SessionRoute(sessions: sessions, users: users)
        logout = LogoutRoute(sessions: sessions)
    }

    private func token() async throws -> String {
        try await sessions.open(for: Self.user, channel: .mini, device: nil).token.string
    }

    private func check(_ token: String) async throws -> String {
        let request = try GatewaySamples.request(.get, "/", headers: ["Authorization": "Bearer \(token)"])
        return String(decoding: try await session.respond(to: request).body, as: UTF8.self)
    }

    private func reason(_ body: () async throws -> Void) async -> InvalidTokenReason? {
        do {
            try await body()
            return nil
        } catch GatewayError.invalidToken(let reason) {
            return reason
        } catch {
            Issue.record("\(error)")
            return nil
        }
    }

    @Test func `a session says whose it is, leaving out what is not known`() async throws {
        let token = try await token()
        clock.advance(seconds: 800)
        let bare =
            #"{"openid":"\#(Self.user.openID)","appid":"\#(Self.user.appID)","channel":"mini","expires_in":604000}"#
        #expect(try await check(token) == bare)
        let profile = UserProfile.parse(rawData: Array(#"{"nickName":"n"}"#.utf8))
        _ = try await users.recordLogin(of: Self.user, unionID: "u1", profile: profile, now: 0)
        #expect(
            try await check(token)
                == #"{"openid":"\#(Self.user.openID)","unionid":"u1","appid":"\#(Self.user.appID)","#
                + #""id":"1","channel":"mini","expires_in":604000}"#
        )
    }

    @Test func `a session without a token is 401 missing, with a bad one malformed`() async throws {
        #expect(await reason { _ = try await session.respond(to: try GatewaySamples.request(.get, "/")) } == .missing)
        #expect(await reason { _ = try await check("x") } == .malformed)
    }

    @Test func `a logout by header is 204 without a body and ends the session`() async throws {
        let token = try await token()
        let request = try GatewaySamples.request(headers: ["Authorization": "Bearer \(token)"])
        let response = try await logout.respond(to: request)
        #expect(response.status == .noContent && response.body.isEmpty)
        #expect(await reason { _ = try await check(token) } == .loggedOut)
        #expect(await reason { _ = try await logout.respond(to: request) } == .loggedOut)
    }

    @Test func `a logout by header does not care what the body is`() async throws {
        let token = try await token()
        let request = try GatewaySamples.request(
            headers: ["Authorization": "Bearer \(token)", "Content-Type": "text/plain"],
            body: "bye"
        )
        #expect(try await logout.respond(to: request).status == .noContent)
    }

    @Test(arguments: ["application/json", "application/x-www-form-urlencoded"])
    func `a logout takes the token from the body too`(type: String) async throws {
        let token = try await token()
        let body = type.hasSuffix("json") ? #"{"token":"\#(token)"}"# : "token=\(token)"
        let request = try GatewaySamples.request(headers: ["Content-Type": type], body: body)
        #expect(try await logout.respond(to: request).status == .noContent)
        #expect(await reason { _ = try await check(token) } == .loggedOut)
    }

    @Test func `the header's token wins over the body's`() async throws {
        let first = try await token()
        let second = try await sessions.open(for: Self.user, channel: .web, device: nil).token.string
        let request = try GatewaySamples.request(
            headers: ["Authorization": "Bearer \(first)", "Content-Type": "application/json"],
            body: #"{"token":"\#(second)"}"#
        )
        _ = try await logout.respond(to: request)
        #expect(await reason { _ = try await check(first) } == .loggedOut)
        #expect(await reason { _ = try await check(second) } == nil)
    }

    @Test func `a logout without any token is 401 missing, with an ill-typed one 400`() async throws {
        #expect(await reason { _ = try await logout.respond(to: try GatewaySamples.request()) } == .missing)
        let request = try GatewaySamples.request(headers: ["Content-Type": "application/json"], body: #"{"token":1}"#)
        let error = await #expect(throws: GatewayError.self) { try await logout.respond(to: request) }
        #expect(error?.problem.detail == "token is not a string.")
    }
}
