import HTTP
import HTTPServer
import Testing
import WeChat

@testable import Gateway

/// `/session`, `/session/refresh` and `/logout` over stores in memory.
@Suite struct SessionRoutesTests {
    private static let user = UserFixture.key

    private let fixture: UserFixture
    private let session: SessionRoute
    private let logout: LogoutRoute
    private let refresh: RefreshRoute
    private var clock: ManualClock { fixture.clock }

    init() throws {
        fixture = try UserFixture()
        session = SessionRoute(sessions: fixture.sessions, cookies: WebCookies())
        let addresses = ClientAddresses(trusted: [], logger: fixture.log.logger())
        logout = LogoutRoute(
            sessions: fixture.sessions,
            cookies: WebCookies(),
            origins: OriginPolicy(listed: [], addresses: addresses)
        )
        refresh = RefreshRoute(sessions: fixture.sessions, users: fixture.users)
    }

    private func token() async throws -> String { try await fixture.logIn() }

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
        let known = try await fixture.logIn(unionID: "u1", nickName: "n")
        clock.advance(seconds: 800)
        #expect(
            try await check(known)
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
        let second = try await fixture.logIn(channel: .web)
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

    @Test func `the session tells an id from the moment a profile is saved`() async throws {
        let token = try await token()
        let save = SaveUserInfoRoute(sessions: fixture.sessions, users: fixture.service)
        let profile = #"{"nickName":"n","avatarUrl":"https://a.example/b"}"#
        _ = try await save.respond(to: try GatewaySamples.authorized(.post, "/", token, json: profile))
        #expect(try await check(token).contains(#""id":"1""#))
    }

    @Test func `while two tokens are good, each says how long`() async throws {
        let token = try await token()
        _ = try await refresh.respond(to: try GatewaySamples.authorized(.post, "/", token))
        #expect(try await check(token).hasSuffix(#""expires_in":30}"#))
    }

    // MARK: - Refresh

    @Test func `a refresh is a login reply that is not of a new user`() async throws {
        let token = try await fixture.logIn(unionID: "u1", nickName: "n")
        clock.advance(seconds: 10)
        let request = try GatewaySamples.authorized(.post, "/", token)
        let reply = await line { try await refresh.respond(to: request) }
        let next = try #require(reply.split(separator: "\"").dropFirst(3).first.map { String($0) })
        #expect(next != token)
        #expect(
            reply
                == #"200 {"token":"\#(next)","token_type":"Bearer","expires_in":604800,"openid":"\#(Self.user.openID)","#
                + #""unionid":"u1","is_new":false,"id":"1","userInfo":{"nickName":"n","avatarUrl":"https://a.example/n","#
                + #""isBindingMobile":false}}"#
        )
        #expect(await line { try await refresh.respond(to: request) } == reply)
        #expect(await reason { _ = try await check(next) } == nil)
    }

    @Test func `a refresh takes the header's token and nothing else`() async throws {
        let token = try await token()
        let request = try GatewaySamples.request(
            headers: ["Content-Type": "application/json"],
            body: #"{"token":"\#(token)"}"#
        )
        #expect(await reason { _ = try await refresh.respond(to: request) } == .missing)
    }

    @Test func `a user who was erased during a refresh has no session any more`() async throws {
        let token = try await token()
        _ = try await fixture.users.erase(Self.user)
        let request = try GatewaySamples.authorized(.post, "/", token)
        #expect(await reason { _ = try await refresh.respond(to: request) } == .replaced)
    }
}
