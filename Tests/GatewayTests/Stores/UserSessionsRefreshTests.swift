import Testing

@testable import Gateway

/// What a refresh does (contract section 3, `session/refresh`, and *Token*).
@Suite struct UserSessionsRefreshTests {
    private func opened() -> UserSessions {
        var sessions = UserSessions()
        sessions.open("a", limit: 3, identity: UserIdentity(id: 7, unionID: "u"))
        return sessions
    }

    @Test func `the first with the current token gets a new one, with the new expiry`() {
        var sessions = opened()
        guard case .refreshed(let live) = sessions.refresh("a", to: "n", now: 10) else {
            Issue.record("not refreshed")
            return
        }
        #expect(live.isCurrent && live.validUntil == 2_000 && live.identity == UserIdentity(id: 7, unionID: "u"))
        #expect(live.session.sid == SessionSamples.digest("a") && live.session.createdAt == 0)
        let found = sessions.lookup(SessionSamples.token("a", "n"), now: 1_999)
        #expect(found.live?.isCurrent == true && found.live?.validUntil == 2_000)
        #expect(!sessions.lookup(SessionSamples.token("a", "n"), now: 2_000).isLive)
    }

    @Test func `the token before stays good for thirty seconds, and is not the current one`() {
        var sessions = opened()
        _ = sessions.refresh("a", to: "n", now: 10)
        let previous = sessions.lookup(SessionSamples.token("a"), now: 39)
        #expect(previous.live?.isCurrent == false && previous.live?.validUntil == 40)
        #expect(sessions.lookup(SessionSamples.token("a"), now: 40) == .ended(.replaced))
    }

    @Test func `whoever asks again with the token before gets the same new one`() {
        var sessions = opened()
        _ = sessions.refresh("a", to: "n", now: 10)
        let before = sessions
        for now: Int64 in [10, 39] {
            guard case .repeated(let live, let next) = sessions.refresh("a", to: "other", now: now) else {
                Issue.record("not repeated at \(now)")
                return
            }
            #expect(next == SessionSamples.sealed("n"))
            #expect(live.isCurrent && live.session.token.jti == SessionSamples.digest("n"))
        }
        #expect(sessions == before)
        #expect(sessions.refresh("a", to: "other", now: 40) == .ended(.replaced))
        #expect(sessions == before)
    }

    @Test func `a second refresh leaves only one token before it`() {
        var sessions = opened()
        _ = sessions.refresh("a", to: "n", now: 10)
        _ = sessions.refresh("a", by: "n", to: "o", now: 11)
        #expect(sessions.lookup(SessionSamples.token("a"), now: 11) == .ended(.replaced))
        #expect(sessions.lookup(SessionSamples.token("a", "n"), now: 11).isLive)
        #expect(sessions.lookup(SessionSamples.token("a", "o"), now: 11).live?.isCurrent == true)
        #expect(sessions.refresh("a", to: "p", now: 11) == .ended(.replaced))
    }

    @Test func `a refresh ends no other session`() {
        var sessions = UserSessions()
        sessions.open("x1", limit: 3, device: "x")
        sessions.open("x2", limit: 3, device: "x")
        sessions.open("w", limit: 1, channel: .web)
        _ = sessions.refresh("x2", to: "n", now: 1)
        #expect(sessions.names(["x1", "x2", "w"], now: 1) == ["x1", "x2", "w"])
    }

    @Test func `a session that goes on only for its overlap is not refreshed`() {
        var sessions = UserSessions()
        sessions.open("x1", limit: 1, device: "x")
        sessions.open("x2", limit: 1, device: "x", now: 1)
        let before = sessions
        #expect(sessions.refresh("x1", to: "n", now: 2) == .ended(.replaced))
        #expect(sessions == before)
    }

    @Test func `the token before dies with its overlap too`() {
        var sessions = UserSessions()
        sessions.open("x1", limit: 1, device: "x")
        _ = sessions.refresh("x1", to: "n", now: 0)
        sessions.open("x2", limit: 1, device: "x", now: 1)
        #expect(sessions.lookup(SessionSamples.token("x1"), now: 10).live?.validUntil == 11)
        #expect(sessions.lookup(SessionSamples.token("x1", "n"), now: 10).isLive)
        #expect(!sessions.lookup(SessionSamples.token("x1"), now: 11).isLive)
        #expect(!sessions.lookup(SessionSamples.token("x1", "n"), now: 11).isLive)
    }

    @Test func `the token before is not good longer than the session`() {
        var sessions = UserSessions()
        sessions.open("a", limit: 1, expiresAt: 20)
        _ = sessions.refresh("a", to: "n", expiresAt: 25, now: 10)
        #expect(sessions.lookup(SessionSamples.token("a"), now: 24).live?.validUntil == 25)
        #expect(!sessions.lookup(SessionSamples.token("a"), now: 25).isLive)
    }

    @Test(arguments: [SessionEnd.loggedOut, .revoked]) func `an ended session is not refreshed, and why is told`(
        reason: SessionEnd
    ) {
        var sessions = opened()
        _ = sessions.end(SessionSamples.token("a"), as: reason, now: 1)
        #expect(sessions.refresh("a", to: "n", now: 2) == .ended(reason))
        #expect(sessions.live.isEmpty)
    }

    @Test func `a login that ends the session ends both its tokens`() {
        var sessions = opened()
        _ = sessions.refresh("a", to: "n", now: 1)
        sessions.open("b", limit: 1, now: 2)
        for jti in [nil, "n"] {
            #expect(sessions.lookup(SessionSamples.token("a", jti), now: 2) == .ended(.replaced))
        }
    }

    @Test func `the sealed token is dropped when nobody may ask for it any more`() {
        var sessions = opened()
        _ = sessions.refresh("a", to: "n", now: 10)
        #expect(!sessions.hasExpired(now: 39) && sessions.hasExpired(now: 40))
        sessions.expire(now: 40)
        #expect(sessions.live.first?.previous == nil)
        #expect(!sessions.hasExpired(now: 40))
        #expect(sessions.lookup(SessionSamples.token("a", "n"), now: 40).live?.isCurrent == true)
    }
}
