import HTTPServer
import OpenSSL
import Testing

@testable import Gateway

/// `POST /api/v1/wx/session/refresh`, sentence by sentence (contract section 3).
@Suite struct SessionRefreshTests {
    private static let user = UserFixture.key
    private static let start: Int64 = 1_700_000_000

    private func fixture(
        limit: Int = 1,
        lifetime: Int64 = 604_800,
        maxAge: Int64 = 2_592_000
    ) throws -> UserFixture {
        var policy = SessionPolicy()
        policy.limits = [.mini: limit, .web: limit]
        policy.lifetime = lifetime
        policy.maxAge = maxAge
        return try UserFixture(policy: policy)
    }

    private func refresh(_ token: String, at fixture: UserFixture) async throws -> String {
        try await fixture.sessions.refresh(BearerToken(token)).token.string
    }

    private func refreshReason(_ token: String, at fixture: UserFixture) async throws -> InvalidTokenReason? {
        do throws(GatewayError) {
            _ = try await fixture.sessions.refresh(BearerToken(token))
            return nil
        } catch {
            guard case .invalidToken(let reason) = error else { throw error }
            return reason
        }
    }

    private func claims(_ token: String, at fixture: UserFixture) throws -> TokenClaims {
        let verifier = try TokenVerifier(keys: [try GatewaySamples.signingKey()])
        guard case .valid(let claims) = try verifier.verify(BearerToken(token), now: fixture.clock.wall.seconds) else {
            throw GatewayError.invalidToken(.unknown)
        }
        return claims
    }

    @Test func `a new token for the same session`() async throws {
        let fixture = try fixture()
        let first = try await fixture.logIn(device: "phone")
        fixture.clock.advance(seconds: 100)
        let second = try await refresh(first, at: fixture)
        let (old, new) = (try claims(first, at: fixture), try claims(second, at: fixture))
        #expect(new.sessionID == old.sessionID && new.tokenID != old.tokenID && new.channel == old.channel)
        #expect(new.openID == old.openID && new.appID == old.appID)
        #expect(new.issuedAt == Self.start + 100 && new.expiresAt == Self.start + 100 + 604_800)
        let session = try await fixture.sessions.check(BearerToken(second)).session
        #expect(session.device == "phone" && session.createdAt == Self.start)
    }

    @Test func `the previous token stays good for 30 seconds and is replaced from then on`() async throws {
        let fixture = try fixture()
        let first = try await fixture.logIn()
        let second = try await refresh(first, at: fixture)
        fixture.clock.advance(milliseconds: 29_999)
        #expect(try await fixture.reason(of: first) == nil)
        #expect(try await fixture.sessions.check(BearerToken(first)).validUntil == Self.start + 30)
        fixture.clock.advance(milliseconds: 1)
        #expect(try await fixture.reason(of: first) == .replaced)
        #expect(try await refreshReason(first, at: fixture) == .replaced)
        #expect(try await fixture.reason(of: second) == nil)
    }

    /// ES256 signs the same claims differently each time: it must be the token itself that is given again.
    @Test(arguments: TokenAlgorithm.allCases)
    func `asking again with the previous token gets the same new token, to its last second`(
        algorithm: TokenAlgorithm
    ) async throws {
        let key = try SigningKey.generate(algorithm)
        let fixture = try UserFixture(tokenKey: key)
        let first = try await fixture.logIn()
        let second = try await refresh(first, at: fixture)
        for seconds: Int64 in [0, 10, 19] {
            fixture.clock.advance(seconds: seconds)
            let issued = try await fixture.sessions.refresh(BearerToken(first))
            #expect(issued.token.string == second && issued.expiresAt == Self.start + 604_800)
        }
        // Another gateway over the same store, or this one after a restart.
        let elsewhere = try UserFixture(tokenKey: key, stores: fixture)
        elsewhere.clock.advance(seconds: 29)
        #expect(try await refresh(first, at: elsewhere) == second)
    }

    @Test func `many that ask at once all get the same token`() async throws {
        let fixture = try fixture()
        let first = try await fixture.logIn()
        var tokens: Set<String> = []
        for _ in 0..<50 { tokens.insert(try await refresh(first, at: fixture)) }
        #expect(tokens.count == 1 && !tokens.contains(first))
    }

    @Test func `a session has one previous token at most`() async throws {
        let fixture = try fixture()
        let first = try await fixture.logIn()
        let second = try await refresh(first, at: fixture)
        let third = try await refresh(second, at: fixture)
        #expect(try await fixture.reason(of: first) == .replaced)
        #expect(try await fixture.reason(of: second) == nil)
        #expect(try await fixture.reason(of: third) == nil)
        #expect(try await refresh(second, at: fixture) == third)
    }

    @Test func `the previous token's own expiry counts too`() async throws {
        let fixture = try fixture(lifetime: 60, maxAge: 1_000)
        let first = try await fixture.logIn()
        fixture.clock.advance(seconds: 50)
        let second = try await refresh(first, at: fixture)
        fixture.clock.advance(seconds: 9)
        #expect(try await fixture.reason(of: first) == nil)
        fixture.clock.advance(seconds: 1)
        #expect(try await fixture.reason(of: first) == .expired)
        #expect(try await fixture.reason(of: second) == nil)
    }

    @Test func `it is refused from the maximum age after the login on, which no token outlives`() async throws {
        let fixture = try fixture(lifetime: 100, maxAge: 250)
        var token = try await fixture.logIn()
        for expiry: Int64 in [190, 250, 250] {
            fixture.clock.advance(seconds: 90 - (expiry == 250 ? 10 : 0))
            token = try await refresh(token, at: fixture)
            #expect(try claims(token, at: fixture).expiresAt == min(fixture.clock.wall.seconds + 100, Self.start + 250))
            #expect(try claims(token, at: fixture).expiresAt == Self.start + expiry)
            if fixture.clock.wall.seconds > Self.start + 160 { break }
        }
        fixture.clock.advance(seconds: 79)
        #expect(fixture.clock.wall.seconds == Self.start + 249)
        token = try await refresh(token, at: fixture)
        fixture.clock.advance(seconds: 1)
        #expect(try await refreshReason(token, at: fixture) == .expired)
        #expect(try await fixture.reason(of: token) == .expired)
    }

    @Test func `a session that may live longer than its maximum age is not cut short, only not refreshed`() async throws
    {
        let fixture = try fixture(lifetime: 500, maxAge: 100)
        let first = try await fixture.logIn()
        fixture.clock.advance(seconds: 99)
        let second = try await refresh(first, at: fixture)
        #expect(try claims(second, at: fixture).expiresAt == Self.start + 500)
        fixture.clock.advance(seconds: 1)
        #expect(try await refreshReason(second, at: fixture) == .expired)
        #expect(try await fixture.reason(of: second) == nil)
    }

    @Test(arguments: [true, false])
    func `a logout ends both tokens, whichever it comes with`(byPrevious: Bool) async throws {
        let fixture = try fixture()
        let first = try await fixture.logIn()
        let second = try await refresh(first, at: fixture)
        try await fixture.sessions.logOut(BearerToken(byPrevious ? first : second))
        #expect(try await fixture.reason(of: first) == .loggedOut)
        #expect(try await fixture.reason(of: second) == .loggedOut)
        #expect(try await refreshReason(first, at: fixture) == .loggedOut)
    }

    @Test func `a revocation and a login end both tokens`() async throws {
        let fixture = try fixture()
        let first = try await fixture.logIn()
        let second = try await refresh(first, at: fixture)
        let login = try await fixture.logIn()
        #expect(try await fixture.reason(of: first) == .replaced)
        #expect(try await fixture.reason(of: second) == .replaced)
        let refreshed = try await refresh(login, at: fixture)
        _ = try await fixture.store.endAll(of: Self.user, as: .revoked, now: Self.start)
        #expect(try await fixture.reason(of: login) == .revoked)
        #expect(try await fixture.reason(of: refreshed) == .revoked)
        #expect(try await refreshReason(login, at: fixture) == .revoked)
    }

    @Test func `a refresh is no login: it ends no other session, not even an overlapping one`() async throws {
        let fixture = try fixture()
        let web = try await fixture.logIn(channel: .web)
        let overlapping = try await fixture.logIn(device: "phone")
        let mini = try await fixture.logIn(device: "phone")
        _ = try await refresh(mini, at: fixture)
        _ = try await refresh(web, at: fixture)
        #expect(try await fixture.reason(of: web) == nil)
        #expect(try await fixture.reason(of: overlapping) == nil)
        let unlimited = try self.fixture(limit: 0)
        var tokens: [String] = []
        for _ in 0..<4 { tokens.append(try await unlimited.logIn()) }
        for token in tokens { _ = try await refresh(token, at: unlimited) }
        for token in tokens { #expect(try await unlimited.reason(of: token) == nil) }
    }

    @Test func `a session that its device has replaced cannot be refreshed while it overlaps`() async throws {
        let fixture = try fixture()
        let older = try await fixture.logIn(device: "phone")
        let newer = try await fixture.logIn(device: "phone")
        #expect(try await refreshReason(older, at: fixture) == .replaced)
        #expect(try await fixture.reason(of: older) == nil)
        #expect(try await fixture.reason(of: newer) == nil)
    }

    @Test func `neither can the token before the refresh of such a session`() async throws {
        let fixture = try fixture()
        let first = try await fixture.logIn(device: "phone")
        _ = try await refresh(first, at: fixture)
        _ = try await fixture.logIn(device: "phone")
        #expect(try await refreshReason(first, at: fixture) == .replaced)
    }

    @Test func `a data key that is gone makes the new token unreadable for whoever asks again: replaced`() async throws
    {
        let fixture = try fixture()
        let first = try await fixture.logIn()
        let second = try await refresh(first, at: fixture)
        let rotated = try UserFixture(dataKeys: [2, 1], stores: fixture)
        #expect(try await refresh(first, at: rotated) == second)
        let lost = try UserFixture(dataKeys: [2], stores: fixture)
        #expect(try await refreshReason(first, at: lost) == .replaced)
        #expect(try await lost.reason(of: second) == nil)
    }

    @Test func `only digests and sealed bytes reach the store`() async throws {
        let fixture = try fixture()
        let first = try await fixture.logIn()
        let second = try await refresh(first, at: fixture)
        let session = try #require(try await fixture.store.sessions(of: Self.user, now: Self.start).first)
        let kept = try #require(session.previous?.next.bytes)
        #expect(!String(decoding: kept, as: UTF8.self).contains(second.split(separator: ".")[2]))
        let sid = try TokenDigest(of: try claims(second, at: fixture).sessionID, by: SHA256())
        #expect(session.sid == sid)
    }

    @Test(arguments: [(Int64.max, nil), (.min, .expired)] as [(Int64, InvalidTokenReason?)])
    func `a login's time that a damaged row gives harms nobody`(
        createdAt: Int64,
        reason: InvalidTokenReason?
    ) async throws {
        let fixture = try fixture()
        let token = try await fixture.logIn()
        let session = try #require(try await fixture.store.sessions(of: Self.user, now: Self.start).first)
        let damaged = Session(
            sid: session.sid,
            token: session.token,
            channel: session.channel,
            device: nil,
            createdAt: createdAt
        )
        try await fixture.store.open(damaged, of: Self.user, identity: UserIdentity(), limit: 1, now: Self.start)
        if let reason {
            #expect(try await refreshReason(token, at: fixture) == reason)
        } else {
            _ = try await refresh(token, at: fixture)
        }
    }
}
