import TestSupport
import Testing

@testable import Gateway

/// What a login does to the sessions before it (contract section 3, *Single sign-on*).
@Suite struct UserSessionsLoginTests {
    @Test(arguments: [
        (1, ["d"]), (2, ["c", "d"]), (3, ["b", "c", "d"]), (9, ["a", "b", "c", "d"]), (0, ["a", "b", "c", "d"]),
    ])
    func `the oldest end when there are more than the limit; zero is none`(limit: Int, left: [String]) {
        var sessions = UserSessions()
        for sid in ["a", "b", "c", "d"] { sessions.open(sid, limit: limit) }
        #expect(sessions.live.map(\.sid) == left.map(SessionSamples.digest))
        for sid in ["a", "b", "c", "d"] {
            let found = sessions.lookup(SessionSamples.token(sid), now: 0)
            if left.contains(sid) { #expect(found.isLive) } else { #expect(found == .ended(.replaced)) }
        }
    }

    @Test func `even without a limit there is an end, and the oldest go`() {
        var sessions = UserSessions()
        for number in 0..<UserSessions.liveMax + 2 { sessions.open("s\(number)", limit: 0) }
        #expect(sessions.live.count == UserSessions.liveMax)
        #expect(sessions.live.first?.sid == SessionSamples.digest("s2"))
    }

    @Test func `each channel has its own limit`() {
        var sessions = UserSessions()
        sessions.open("m1", limit: 1)
        for sid in ["w1", "w2", "w3"] { sessions.open(sid, limit: 2, channel: .web) }
        #expect(sessions.names(["m1", "w1", "w2", "w3"], now: 0) == ["m1", "w2", "w3"])
        sessions.open("m2", limit: 1)
        #expect(sessions.names(["m1", "m2", "w2", "w3"], now: 0) == ["m2", "w2", "w3"])
    }

    @Test func `a limit that was lowered takes effect with the next login`() {
        var sessions = UserSessions()
        for sid in ["a", "b", "c", "d"] { sessions.open(sid, limit: 0) }
        sessions.open("e", limit: 2)
        #expect(sessions.names(["a", "b", "c", "d", "e"], now: 0) == ["d", "e"])
    }

    @Test func `a session that was refreshed is as old as its login`() {
        var sessions = UserSessions()
        sessions.open("a", limit: 2)
        sessions.open("b", limit: 2)
        _ = sessions.refresh("a", to: "a2", now: 5)
        sessions.open("c", limit: 2, now: 6)
        #expect(!sessions.lookup(SessionSamples.token("a", "a2"), now: 6).isLive)
        #expect(sessions.names(["b", "c"], now: 6) == ["b", "c"])
    }

    @Test func `a device's older session goes on for ten seconds and counts for no limit`() {
        var sessions = UserSessions()
        sessions.open("x1", limit: 1, device: "x", now: 0)
        sessions.open("x2", limit: 1, device: "x", now: 100)
        #expect(sessions.lookup(SessionSamples.token("x1"), now: 109).live?.isCurrent == false)
        #expect(sessions.lookup(SessionSamples.token("x1"), now: 109).live?.validUntil == 110)
        #expect(sessions.lookup(SessionSamples.token("x1"), now: 110) == .ended(.replaced))
        #expect(sessions.lookup(SessionSamples.token("x2"), now: 110).live?.isCurrent == true)
    }

    @Test func `a login with a device replaces that device's session, not the oldest`() {
        var sessions = UserSessions()
        sessions.open("old", limit: 3)
        sessions.open("x1", limit: 3, device: "x")
        sessions.open("y1", limit: 3, device: "y")
        sessions.open("x2", limit: 3, device: "x")
        #expect(sessions.names(["old", "x1", "y1", "x2"], now: 10) == ["old", "y1", "x2"])
    }

    @Test func `the oldest above the limit end after the device's own`() {
        var sessions = UserSessions()
        for sid in ["a", "b", "c"] { sessions.open(sid, limit: 3) }
        sessions.open("x1", limit: 2, device: "x")
        #expect(sessions.names(["a", "b", "c", "x1"], now: 0) == ["c", "x1"])
        sessions.open("x2", limit: 2, device: "x")
        #expect(sessions.names(["c", "x1", "x2"], now: 9) == ["c", "x1", "x2"])
        #expect(sessions.names(["c", "x1", "x2"], now: 10) == ["c", "x2"])
    }

    @Test(arguments: ["y", nil]) func `a login of another device, or of none, ends an overlap at once`(device: String?)
    {
        var sessions = UserSessions()
        sessions.open("x1", limit: 5, device: "x")
        sessions.open("x2", limit: 5, device: "x", now: 1)
        sessions.open("other", limit: 5, device: device, now: 2)
        #expect(sessions.lookup(SessionSamples.token("x1"), now: 2) == .ended(.replaced))
        #expect(sessions.names(["x2", "other"], now: 2) == ["x2", "other"])
    }

    @Test func `a login in another channel leaves an overlap alone`() {
        var sessions = UserSessions()
        sessions.open("x1", limit: 5, device: "x")
        sessions.open("x2", limit: 5, device: "x", now: 1)
        sessions.open("w", limit: 5, channel: .web, device: "x", now: 2)
        #expect(sessions.names(["x1", "x2", "w"], now: 2) == ["x1", "x2", "w"])
        #expect(sessions.lookup(SessionSamples.token("x2"), now: 2).live?.isCurrent == true)
    }

    @Test func `the same device's third login leaves two overlaps, each with its own end`() {
        var sessions = UserSessions()
        sessions.open("x1", limit: 1, device: "x", now: 0)
        sessions.open("x2", limit: 1, device: "x", now: 4)
        sessions.open("x3", limit: 1, device: "x", now: 8)
        #expect(sessions.names(["x1", "x2", "x3"], now: 13) == ["x1", "x2", "x3"])
        #expect(sessions.names(["x1", "x2", "x3"], now: 14) == ["x2", "x3"])
        #expect(sessions.names(["x1", "x2", "x3"], now: 18) == ["x3"])
    }

    @Test func `overlaps are so many at most, the oldest end early`() {
        var sessions = UserSessions()
        let sids = (0...UserSessions.overlapsMax + 2).map { "s\($0)" }
        for sid in sids { sessions.open(sid, limit: 1, device: "x") }
        #expect(sessions.names(sids, now: 0) == Array(sids.suffix(UserSessions.overlapsMax + 1)))
    }

    @Test func `a device never said is no device: such logins replace none of each other's below the limit`() {
        var sessions = UserSessions()
        sessions.open("x1", limit: 3, device: "x")
        sessions.open("a", limit: 3)
        sessions.open("b", limit: 3)
        #expect(sessions.names(["x1", "a", "b"], now: 0) == ["x1", "a", "b"])
    }

    @Test func `a session is live before its expiry and not at it`() {
        var sessions = UserSessions()
        sessions.open("a", limit: 1, expiresAt: 100)
        #expect(sessions.lookup(SessionSamples.token("a"), now: 99).isLive)
        #expect(sessions.active(now: 99).count == 1)
        #expect(sessions.lookup(SessionSamples.token("a"), now: 100) == .ended(.replaced))
        #expect(sessions.active(now: 100).isEmpty)
        #expect(!sessions.hasExpired(now: 99) && sessions.hasExpired(now: 100))
        sessions.expire(now: 99)
        #expect(!sessions.isEmpty)
        sessions.expire(now: 100)
        #expect(sessions.isEmpty)
    }

    @Test func `expired sessions take no place from live ones`() {
        var sessions = UserSessions()
        sessions.open("a", limit: 2)
        sessions.open("old", limit: 2, expiresAt: 10)
        sessions.open("b", limit: 2, now: 10)
        #expect(sessions.names(["a", "old", "b"], now: 10) == ["a", "b"])
    }

    @Test func `what is known of the user is kept when a later login or profile does not say it`() {
        var sessions = UserSessions()
        sessions.open("a", limit: 0, identity: UserIdentity(id: nil, unionID: "u1"))
        sessions.setIdentity(UserIdentity(id: 7))
        sessions.open("b", limit: 0)
        let known = UserIdentity(id: 7, unionID: "u1")
        for sid in ["a", "b"] {
            #expect(sessions.lookup(SessionSamples.token(sid), now: 0).live?.identity == known)
        }
        sessions.setIdentity(UserIdentity(unionID: "u2"))
        #expect(sessions.identity == UserIdentity(id: 7, unionID: "u2"))
    }

    @Test func `a login that leaves nothing leaves what it leaves beside something else`() {
        var random = SeededGenerator(seed: 6)
        var replacedCount = 0
        for now: Int64 in 0..<2_000 {
            var live: [Session] = []
            for number in 0..<Int.random(in: 0...3, using: &random) {
                var session = SessionSamples.session(
                    "s\(number)",
                    channel: Int.random(in: 0..<4, using: &random) == 0 ? .web : .mini,
                    device: Bool.random(using: &random) ? "phone" : nil,
                    expiresAt: now + Int64.random(in: -5...60, using: &random)
                )
                if Bool.random(using: &random) {
                    session.overlapsUntil = now + Int64.random(in: -5...10, using: &random)
                }
                live.append(session)
            }
            var alone = UserSessions(live: live)
            // What is remembered as ended changes nothing of what is live.
            let ended = UserSessions.Ended(sid: SessionSamples.digest("e"), reason: .loggedOut, forgetAt: .max)
            var beside = UserSessions(live: live, ended: [ended])
            let session = SessionSamples.session("new", expiresAt: now + 60)
            alone.open(session, identity: UserIdentity(), limit: 1, now: now)
            beside.open(session, identity: UserIdentity(), limit: 1, now: now)
            #expect(alone.live == beside.live)
            if !live.isEmpty, alone.live == [session] { replacedCount += 1 }
        }
        #expect(replacedCount > 200 && replacedCount < 1_900)
    }

    @Test func `a session that never was counts as replaced`() {
        #expect(UserSessions().lookup(SessionSamples.token("a"), now: 0) == .ended(.replaced))
    }

    @Test func `a token that is not the session's current one is replaced and ends nothing`() {
        var sessions = UserSessions()
        sessions.open("a", limit: 1)
        let older = SessionSamples.token("a", "older")
        #expect(sessions.lookup(older, now: 0) == .ended(.replaced))
        #expect(sessions.end(older, as: .loggedOut, now: 0) == .ended(.replaced))
        #expect(sessions.names(["a"], now: 0) == ["a"])
    }
}

extension UserSessions {
    mutating func open(
        _ sid: String,
        limit: Int,
        channel: SessionChannel = .mini,
        device: String? = nil,
        expiresAt: Int64 = 1_000,
        identity: UserIdentity = UserIdentity(),
        now: Int64 = 0
    ) {
        let session = SessionSamples.session(
            sid,
            channel: channel,
            device: device,
            createdAt: now,
            expiresAt: expiresAt
        )
        open(session, identity: identity, limit: limit, now: now)
    }

    /// Refreshes by the session's first token, or by another.
    mutating func refresh(
        _ sid: String,
        by jti: String? = nil,
        to next: String,
        expiresAt: Int64 = 2_000,
        now: Int64
    ) -> SessionRefresh {
        refresh(
            SessionSamples.token(sid, jti),
            to: SessionToken(jti: SessionSamples.digest(next), expiresAt: expiresAt),
            sealed: SessionSamples.sealed(next),
            now: now
        )
    }

    /// Those of the names whose first tokens are good.
    func names(_ sids: [String], now: Int64) -> [String] {
        sids.filter { lookup(SessionSamples.token($0), now: now).isLive }
    }
}
