import Testing

@testable import Gateway

@Suite struct UserSessionsTests {
    private func sids(_ sessions: UserSessions) -> [String] { sessions.live.map(\.sid) }

    private func open(
        _ sids: [String],
        in sessions: inout UserSessions,
        limit: Int,
        channel: SessionChannel = .mini,
        device: String? = nil,
        now: Int64 = 0
    ) {
        for sid in sids {
            sessions.open(
                GatewaySamples.session(sid: sid, channel: channel, device: device),
                limit: limit,
                now: now
            )
        }
    }

    @Test(arguments: [
        (1, ["d"]), (2, ["c", "d"]), (3, ["b", "c", "d"]), (9, ["a", "b", "c", "d"]), (0, ["a", "b", "c", "d"]),
    ])
    func `the oldest end when there are more than the limit; zero is none`(limit: Int, left: [String]) {
        var sessions = UserSessions()
        open(["a", "b", "c", "d"], in: &sessions, limit: limit)
        #expect(sids(sessions) == left)
        for sid in ["a", "b", "c", "d"] {
            let found = sessions.lookup(sid: sid, jti: "jti-\(sid)", now: 0)
            let expected: SessionLookup =
                left.contains(sid) ? .live(GatewaySamples.session(sid: sid)) : .ended(.replaced)
            #expect(found == expected)
        }
    }

    @Test func `each channel has its own limit`() {
        var sessions = UserSessions()
        open(["m1"], in: &sessions, limit: 1)
        open(["w1", "w2", "w3"], in: &sessions, limit: 2, channel: .web)
        #expect(sids(sessions) == ["m1", "w2", "w3"])
        open(["m2"], in: &sessions, limit: 1)
        #expect(sids(sessions) == ["w2", "w3", "m2"])
    }

    @Test func `a limit that was lowered takes effect with the next login`() {
        var sessions = UserSessions()
        open(["a", "b", "c", "d"], in: &sessions, limit: 0)
        open(["e"], in: &sessions, limit: 2)
        #expect(sids(sessions) == ["d", "e"])
    }

    @Test func `a login with a device replaces that device's session, not the oldest`() {
        var sessions = UserSessions()
        open(["old"], in: &sessions, limit: 3)
        open(["x1"], in: &sessions, limit: 3, device: "x")
        open(["y1"], in: &sessions, limit: 3, device: "y")
        open(["x2"], in: &sessions, limit: 3, device: "x")
        #expect(sids(sessions) == ["old", "y1", "x2"])
        #expect(sessions.lookup(sid: "x1", jti: "jti-x1", now: 0) == .ended(.replaced))
    }

    @Test func `a device of another channel is another device`() {
        var sessions = UserSessions()
        open(["m"], in: &sessions, limit: 5, device: "x")
        open(["w"], in: &sessions, limit: 5, channel: .web, device: "x")
        #expect(sids(sessions) == ["m", "w"])
    }

    @Test func `a login without a device replaces no device's session below the limit`() {
        var sessions = UserSessions()
        open(["x1"], in: &sessions, limit: 2, device: "x")
        open(["a"], in: &sessions, limit: 2)
        #expect(sids(sessions) == ["x1", "a"])
    }

    @Test func `a token that is not the session's current one is replaced`() {
        var sessions = UserSessions()
        open(["a"], in: &sessions, limit: 1)
        #expect(sessions.lookup(sid: "a", jti: "older", now: 0) == .ended(.replaced))
        #expect(sessions.end(sid: "a", jti: "older", as: .loggedOut, now: 0) == .ended(.replaced))
        #expect(sids(sessions) == ["a"])
    }

    @Test func `a session that never was counts as replaced`() {
        #expect(UserSessions().lookup(sid: "a", jti: "b", now: 0) == .ended(.replaced))
    }

    @Test func `a session is live before its expiry and not at it`() {
        var sessions = UserSessions()
        sessions.open(GatewaySamples.session(sid: "a", expiresAt: 100), limit: 1, now: 0)
        guard case .live = sessions.lookup(sid: "a", jti: "jti-a", now: 99) else {
            Issue.record("dead early")
            return
        }
        #expect(sessions.lookup(sid: "a", jti: "jti-a", now: 100) == .ended(.replaced))
        sessions.expire(now: 99)
        #expect(!sessions.isEmpty)
        sessions.expire(now: 100)
        #expect(sessions.isEmpty)
    }

    @Test func `expired sessions take no place from live ones`() {
        var sessions = UserSessions()
        sessions.open(GatewaySamples.session(sid: "old", expiresAt: 10), limit: 2, now: 0)
        sessions.open(GatewaySamples.session(sid: "a"), limit: 2, now: 5)
        sessions.open(GatewaySamples.session(sid: "b"), limit: 2, now: 10)
        #expect(sids(sessions) == ["a", "b"])
    }

    @Test(arguments: [SessionEnd.loggedOut, .revoked, .replaced]) func `the reason of an end is remembered`(
        reason: SessionEnd
    ) {
        var sessions = UserSessions()
        open(["a"], in: &sessions, limit: 1)
        #expect(sessions.end(sid: "a", jti: "jti-a", as: reason, now: 0) == .live(GatewaySamples.session(sid: "a")))
        #expect(sessions.lookup(sid: "a", jti: "jti-a", now: 0) == .ended(reason))
        #expect(sessions.end(sid: "a", jti: "jti-a", as: .revoked, now: 0) == .ended(reason))
        open(["b"], in: &sessions, limit: 1)
        #expect(sessions.lookup(sid: "a", jti: "jti-a", now: 0) == .ended(reason))
    }

    @Test func `so many ends are remembered, the oldest are forgotten first`() {
        var sessions = UserSessions()
        let names = (0..<UserSessions.endedMax + 2).map { "s\($0)" }
        for name in names {
            open([name], in: &sessions, limit: 0)
            _ = sessions.end(sid: name, jti: "jti-\(name)", as: .loggedOut, now: 0)
        }
        let reasons = names.map { sessions.lookup(sid: $0, jti: "jti-\($0)", now: 0) }
        #expect(reasons.prefix(2).allSatisfy { $0 == .ended(.replaced) })
        #expect(reasons.dropFirst(2).allSatisfy { $0 == .ended(.loggedOut) })
    }

    @Test func `an end is forgotten when its token has expired anyway`() {
        var sessions = UserSessions()
        sessions.open(GatewaySamples.session(sid: "a", expiresAt: 100), limit: 1, now: 0)
        _ = sessions.end(sid: "a", jti: "jti-a", as: .loggedOut, now: 0)
        sessions.expire(now: 99)
        #expect(!sessions.isEmpty)
        sessions.expire(now: 100)
        #expect(sessions.isEmpty)
    }
}
