import Testing

@testable import Gateway

/// How sessions end, and what is remembered of it.
@Suite struct UserSessionsEndTests {
    @Test(arguments: [SessionEnd.loggedOut, .revoked, .replaced]) func `the reason of an end is remembered`(
        reason: SessionEnd
    ) {
        var sessions = UserSessions()
        sessions.open("a", limit: 1)
        let token = SessionSamples.token("a")
        #expect(sessions.end(token, as: reason, now: 0).live?.session == SessionSamples.session("a"))
        #expect(sessions.lookup(token, now: 0) == .ended(reason))
        #expect(sessions.end(token, as: .revoked, now: 0) == .ended(reason))
        sessions.open("b", limit: 1)
        #expect(sessions.lookup(token, now: 0) == .ended(reason))
    }

    @Test func `either token of a session ends it, and both are dead with the reason`() {
        for jti in [nil, "n"] {
            var sessions = UserSessions()
            sessions.open("a", limit: 1)
            _ = sessions.refresh("a", to: "n", now: 0)
            #expect(sessions.end(SessionSamples.token("a", jti), as: .loggedOut, now: 1).isLive)
            for jti in [nil, "n"] {
                #expect(sessions.lookup(SessionSamples.token("a", jti), now: 1) == .ended(.loggedOut))
            }
        }
    }

    @Test func `a logout ends the overlaps of its channel at once, and only those`() {
        var sessions = UserSessions()
        sessions.open("x1", limit: 3, device: "x")
        sessions.open("x2", limit: 3, device: "x")
        sessions.open("w1", limit: 3, channel: .web, device: "x")
        sessions.open("w2", limit: 3, channel: .web, device: "x")
        _ = sessions.end(SessionSamples.token("x2"), as: .loggedOut, now: 1)
        #expect(sessions.names(["x1", "x2", "w1", "w2"], now: 1) == ["w1", "w2"])
        #expect(sessions.lookup(SessionSamples.token("x1"), now: 1) == .ended(.replaced))
    }

    @Test func `a logout ends no other session`() {
        var sessions = UserSessions()
        for sid in ["a", "b", "c"] { sessions.open(sid, limit: 3) }
        _ = sessions.end(SessionSamples.token("b"), as: .loggedOut, now: 1)
        #expect(sessions.names(["a", "b", "c"], now: 1) == ["a", "c"])
    }

    @Test func `all end together, expired ones are not counted`() {
        var sessions = UserSessions()
        sessions.open("old", limit: 0, expiresAt: 10)
        for sid in ["a", "b"] { sessions.open(sid, limit: 0) }
        sessions.open("w", limit: 0, channel: .web)
        #expect(sessions.endAll(as: .revoked, now: 10) == 3)
        for sid in ["a", "b", "w"] {
            #expect(sessions.lookup(SessionSamples.token(sid), now: 10) == .ended(.revoked))
        }
        #expect(sessions.lookup(SessionSamples.token("old"), now: 10) == .ended(.replaced))
        #expect(sessions.endAll(as: .loggedOut, now: 10) == 0)
        #expect(sessions.lookup(SessionSamples.token("a"), now: 10) == .ended(.revoked))
    }

    @Test func `so many ends are remembered, the oldest are forgotten first`() {
        var sessions = UserSessions()
        let names = (0..<UserSessions.endedMax + 2).map { "s\($0)" }
        for name in names {
            sessions.open(name, limit: 0)
            _ = sessions.end(SessionSamples.token(name), as: .loggedOut, now: 0)
        }
        let reasons = names.map { sessions.lookup(SessionSamples.token($0), now: 0) }
        #expect(reasons.prefix(2).allSatisfy { $0 == .ended(.replaced) })
        #expect(reasons.dropFirst(2).allSatisfy { $0 == .ended(.loggedOut) })
    }

    @Test func `an end is forgotten when its token has expired anyway`() {
        var sessions = UserSessions()
        sessions.open("a", limit: 1, expiresAt: 100)
        _ = sessions.end(SessionSamples.token("a"), as: .loggedOut, now: 0)
        sessions.expire(now: 99)
        #expect(!sessions.isEmpty)
        #expect(!sessions.hasExpired(now: 99) && sessions.hasExpired(now: 100))
        sessions.expire(now: 100)
        #expect(sessions.isEmpty)
    }

    @Test func `being replaced is what counts anyway and takes no memory`() {
        var sessions = UserSessions()
        sessions.open("a", limit: 1)
        _ = sessions.end(SessionSamples.token("a"), as: .replaced, now: 0)
        #expect(sessions.isEmpty)
    }
}
