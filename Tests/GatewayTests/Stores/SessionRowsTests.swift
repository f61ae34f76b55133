import HTTP
import TestSupport
import Testing

@testable import Gateway

/// Rows say what ``UserSessions`` says, which decides.
@Suite struct SessionRowsTests {
    private static let names = (0..<6).map { "s\($0)" }

    private func user(_ number: Int) -> User.Key {
        User.Key(appID: GatewaySamples.appID, openID: "oUser\(number)")
    }

    /// Something that a user, an operator or time may do.
    private func step(_ sessions: inout UserSessions, now: Int64, _ random: inout SeededGenerator) {
        let token = SessionSamples.token(
            Self.names.randomElement(using: &random) ?? "",
            Bool.random(using: &random) ? nil : Self.names.randomElement(using: &random)
        )
        switch Int.random(in: 0..<8, using: &random) {
        case 0...3:
            let session = SessionSamples.session(
                Self.names.randomElement(using: &random) ?? "",
                channel: Bool.random(using: &random) ? .mini : .web,
                device: [nil, "phone", "a tablet with a longer name"].randomElement(using: &random) ?? nil,
                createdAt: now,
                expiresAt: now + Int64.random(in: 1...60, using: &random)
            )
            let unionID = Bool.random(using: &random) ? "oK3dF5w2kZ1x_4bL7aQ9-tR8yPmE" : nil
            let identity = UserIdentity(id: Bool.random(using: &random) ? 7 : nil, unionID: unionID)
            sessions.open(session, identity: identity, limit: Int.random(in: 0...2, using: &random), now: now)
        case 4:
            let jti = SessionSamples.digest(Self.names.randomElement(using: &random) ?? "")
            let next = SessionToken(jti: jti, expiresAt: now + 50)
            _ = sessions.refresh(token, to: next, sealed: SessionSamples.sealed("sealed"), now: now)
        case 5: _ = sessions.end(token, as: .loggedOut, now: now)
        case 6: _ = sessions.endAll(as: .revoked, now: now)
        default: sessions.expire(now: now)
        }
    }

    /// What a check is told of a session.
    private func said(_ found: SessionLookup) -> String {
        switch found {
        case .ended(let reason): "\(reason)"
        case .live(let live):
            "\(live.session.channel) \(live.identity.id ?? -1) \(live.identity.unionID ?? "none") \(live.validUntil)"
        }
    }

    private func said(_ rows: SessionRows, _ user: User.Key, _ token: TokenDigests, now: Int64) -> String {
        let check = rows.check(rows.digest(of: user), token, now: now) { standing, unionID in
            let unionID = if let unionID { String(decoding: unionID.array(), as: UTF8.self) } else { "none" }
            #expect(standing.checkedAt == now && standing.expiresIn == Int(standing.validUntil - now))
            return "\(standing.channel) \(standing.userID ?? -1) \(unionID) \(standing.validUntil)"
        }
        return switch check {
        case .live(let text): text
        case .ended(let reason): "\(reason)"
        }
    }

    @Test(arguments: [UInt64(1), 2, 3]) func `random steps leave what they leave in a dictionary`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let rows = SessionRows()
        var expected: [User.Key: UserSessions] = [:]
        var (liveCount, endedCount) = (0, 0)
        for now: Int64 in 0..<6_000 {
            let user = user(Int.random(in: 0..<50, using: &random))
            var sessions = expected[user] ?? UserSessions()
            step(&sessions, now: now / 20, &random)
            rows.step(rows.digest(of: user)) { current in
                #expect(current == expected[user] ?? UserSessions())
                current = sessions
                return ((), true)
            }
            expected[user] = sessions.isEmpty ? nil : sessions
            #expect(rows.entry(of: rows.digest(of: user))?.sessions == expected[user])
            for sid in Self.names {
                for jti in [nil, "s1", "s4"] {
                    let token = SessionSamples.token(sid, jti)
                    let moment = now / 20 + Int64.random(in: 0...40, using: &random)
                    let found = rows.lookup(user, token, now: moment)
                    #expect(found == sessions.lookup(token, now: moment))
                    #expect(said(rows, user, token, now: moment) == said(found))
                    if found.isLive { liveCount += 1 }
                    if found == .ended(.loggedOut) { endedCount += 1 }
                }
            }
        }
        // Or the tokens were all of nothing.
        #expect(liveCount > 1_000 && endedCount > 100)
        #expect(rows.userCount == expected.count)
        #expect(rows.liveCount == expected.values.reduce(0) { $0 + $1.live.count })
        for now: Int64 in [0, 290, 310, 330, 1_000] {
            let found = (0..<SessionRows.shareCount).flatMap { rows.expired(ofTurn: $0, max: .max, now: now) }
            let expired = expected.filter { $0.value.hasExpired(now: now) }.keys
            #expect(Set(found) == Set(expired.map(rows.digest)) && found.count == expired.count)
        }
    }

    @Test(arguments: [UInt64(4), 5]) func `a login leaves what it leaves elsewhere, whatever was there`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let rows = SessionRows()
        var expected: [User.Key: UserSessions] = [:]
        var replacedCount = 0
        for now: Int64 in 0..<6_000 {
            let user = user(Int.random(in: 0..<50, using: &random))
            let key = rows.digest(of: user)
            if Int.random(in: 0..<12, using: &random) == 0 {
                var sessions = expected[user] ?? UserSessions()
                step(&sessions, now: now / 20, &random)
                rows.step(key) { current in
                    current = sessions
                    return ((), true)
                }
                expected[user] = sessions.isEmpty ? nil : sessions
                continue
            }
            let session = SessionSamples.session(
                Self.names.randomElement(using: &random) ?? "",
                channel: Int.random(in: 0..<8, using: &random) == 0 ? .web : .mini,
                device: Int.random(in: 0..<8, using: &random) == 0 ? "phone" : nil,
                createdAt: now / 20,
                expiresAt: now / 20 + Int64.random(in: 1...60, using: &random)
            )
            let identity = UserIdentity(
                id: Int.random(in: 0..<8, using: &random) > 0 ? 7 : nil,
                unionID: Int.random(in: 0..<8, using: &random) > 0 ? "oK3dF5w2kZ1x_4bL7aQ9-tR8yPmE" : nil
            )
            let limit = Int.random(in: 0..<4, using: &random) == 0 ? 2 : 1
            if let before = expected[user] {
                let row = SessionsCodec.encode(before)
                if SessionsCodec.isReplaced(row.span, by: session, identity, limit: limit) { replacedCount += 1 }
            }
            expected[user, default: UserSessions()].open(session, identity: identity, limit: limit, now: now / 20)
            rows.open(session, of: key, identity: identity, limit: limit, now: now / 20)
            #expect(rows.entry(of: key)?.sessions == expected[user])
        }
        #expect(replacedCount > 300 && replacedCount < 4_000)
    }

    @Test func `a login keeps the number of a row, and what is no row is begun anew`() {
        let rows = SessionRows()
        let user = rows.digest(of: user(1))
        let session = SessionSamples.session("s")
        for row in [SessionsCodec.encode(UserSessions(live: [session])), [9, 9, 9], []] {
            rows.set(row.span, number: 42, of: user)
            rows.open(session, of: user, identity: UserIdentity(), limit: 1, now: 0)
            #expect(rows.entry(of: user)?.sessions == UserSessions(live: [session]))
        }
        let row = SessionsCodec.encode(UserSessions(live: [session]))
        rows.set(row.span, number: 42, of: user)
        rows.open(session, of: user, identity: UserIdentity(), limit: 1, now: 0)
        #expect(rows.entry(of: user)?.number == 42)
    }

    @Test func `a sweep is told of no more users than it asks for`() {
        let rows = SessionRows()
        for number in 0..<2_000 {
            rows.step(rows.digest(of: user(number))) { sessions in
                let session = SessionSamples.session("s", expiresAt: 10)
                return (sessions.open(session, identity: UserIdentity(), limit: 1, now: 0), true)
            }
        }
        for turn in 0..<SessionRows.shareCount {
            #expect(rows.expired(ofTurn: turn, max: 1, now: 10).count <= 1)
            #expect(rows.expired(ofTurn: turn, max: .max, now: 9).isEmpty)
        }
        let all = (0..<SessionRows.shareCount).map { rows.expired(ofTurn: $0, max: .max, now: 10).count }
        #expect(all.reduce(0, +) == 2_000)
    }

    @Test func `a step that changes nothing keeps nothing, and an emptied user is forgotten`() {
        let rows = SessionRows()
        let user = rows.digest(of: user(1))
        let session = SessionSamples.session("s")
        rows.step(user) { ($0.open(session, identity: UserIdentity(), limit: 1, now: 0), false) }
        #expect(rows.userCount == 0)
        rows.step(user) { ($0.open(session, identity: UserIdentity(), limit: 1, now: 0), true) }
        #expect(rows.userCount == 1)
        let outcome = rows.step(user) { ($0.end(SessionSamples.token("s"), as: .replaced, now: 0), true) }
        #expect(outcome.isLive && rows.userCount == 0)
    }

    @Test func `a number stays with its row`() {
        let rows = SessionRows()
        let user = rows.digest(of: user(1))
        let sessions = UserSessions(live: [SessionSamples.session("s")])
        let row = SessionsCodec.encode(sessions)
        rows.set(row.span, number: 42, of: user)
        #expect(rows.entry(of: user)?.number == 42)
        _ = rows.step(user) { ($0.endAll(as: .revoked, now: 0), true) }
        #expect(rows.entry(of: user)?.number == 42)
        #expect(rows.entry(of: user)?.sessions.live.isEmpty == true)
        rows.remove(user)
        #expect(rows.entry(of: user) == nil)
    }
}
