import TestSupport
import Testing

@testable import Gateway

@Suite struct SessionsCodecTests {
    private static let full: UserSessions = {
        var session = SessionSamples.session("a", channel: .web, device: "iPhone 微信", createdAt: 5)
        session.previous = PreviousToken(
            jti: SessionSamples.digest("p"),
            validUntil: 77,
            next: SessionSamples.sealed("sealed")
        )
        session.overlapsUntil = -1
        let ends = [SessionEnd.replaced, .revoked, .loggedOut].map {
            UserSessions.Ended(sid: SessionSamples.digest("\($0)"), reason: $0, forgetAt: .max)
        }
        return UserSessions(
            live: [session, SessionSamples.session("b", expiresAt: .min)],
            ended: ends,
            identity: UserIdentity(id: .max, unionID: "oUnion")
        )
    }()

    @Test(arguments: [
        UserSessions(), full,
        UserSessions(live: [SessionSamples.session("a")]),
        UserSessions(live: [SessionSamples.session("a", device: "")], identity: UserIdentity(unionID: "")),
        UserSessions(live: (0..<200).map { SessionSamples.session("s\($0)") }, identity: UserIdentity(id: 0)),
    ])
    func `what was written is read again`(sessions: UserSessions) {
        #expect(SessionsCodec.decode(SessionsCodec.encode(sessions)) == sessions)
    }

    @Test func `the first form stays readable`() {
        // Not made by the encoder of this version: rows like this one lie in databases.
        let row: [UInt8] =
            [1, 1] + [0, 0, 0, 0, 0, 0, 0, 17]
            + [0, 0, 0, 1] + [2, 2]
            + [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2]
            + [0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4]
            + [0, 0, 0, 0, 0, 0, 1, 0] + [0, 0, 0, 0, 0, 0, 0, 9]
            + [0, 0, 0, 1, 0x78]
            + [0, 0, 0, 0]
        let session = Session(
            sid: TokenDigest(high: 1, low: 2),
            token: SessionToken(jti: TokenDigest(high: 3, low: 4), expiresAt: 256),
            channel: .web,
            device: "x",
            createdAt: 9
        )
        #expect(SessionsCodec.decode(row) == UserSessions(live: [session], identity: UserIdentity(id: 17)))
        #expect(SessionsCodec.encode(UserSessions(live: [session], identity: UserIdentity(id: 17))) == row)
    }

    @Test func `what is no text is no row`() {
        let name = "iPhone 微信"
        for text in [name, "oUnion"] {
            var row = SessionsCodec.encode(Self.full)
            let starts = row.indices.filter { row[$0...].starts(with: text.utf8) }
            #expect(starts.count == 1)
            for start in starts { row[start] = 0xff }
            #expect(SessionsCodec.decode(row) == nil)
            let isReadable = SessionsCodec.isReadable(row.span)
            #expect(!isReadable)
        }
    }

    @Test func `bytes that are no row find nothing`() {
        let row = SessionsCodec.encode(Self.full)
        let token = SessionSamples.token("a")
        let whole = SessionsCodec.lookup(token, in: row.span, now: -2)
        #expect(whole.isLive)
        for count in 0..<60 {
            let part = Array(row.prefix(count))
            let found = SessionsCodec.lookup(token, in: part.span, now: -2)
            let hasExpired = SessionsCodec.hasExpired(in: part.span, now: .max)
            #expect(found == .ended(.replaced) && !hasExpired)
        }
    }

    @Test func `each truncation and each byte too many is no row`() {
        let row = SessionsCodec.encode(Self.full)
        for other in row.indices.map({ Array(row.prefix($0)) }) + [row + [0]] {
            #expect(SessionsCodec.decode(other) == nil)
            let isReadable = SessionsCodec.isReadable(other.span)
            #expect(!isReadable)
        }
    }

    @Test func `a row of another form is no row`() {
        var row = SessionsCodec.encode(Self.full)
        for version: UInt8 in [0, 2, 255] {
            row[0] = version
            #expect(SessionsCodec.decode(row) == nil)
        }
    }

    @Test func `whatever the bytes are, reading them ends well`() {
        var random = SeededGenerator(seed: 3)
        let row = SessionsCodec.encode(Self.full)
        for _ in 0..<20_000 {
            var damaged = row
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                damaged[Int.random(in: damaged.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            // Either none, or a row that says what was read.
            let isReadable = SessionsCodec.isReadable(damaged.span)
            #expect(isReadable == (SessionsCodec.decode(damaged) != nil))
            if let sessions = SessionsCodec.decode(damaged) {
                #expect(SessionsCodec.decode(SessionsCodec.encode(sessions)) == sessions)
            }
            let garbage = (0..<Int.random(in: 0...80, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            if let sessions = SessionsCodec.decode([1] + garbage) {
                #expect(SessionsCodec.encode(sessions) == [1] + garbage)
            }
        }
    }
}
