/// The sessions of one user as bytes, for stores that keep them outside this process.
///
/// A row begins with the number of its form. A new form gets a new number, and older ones stay readable: rows are
/// rewritten only when their user does something.
package enum SessionsCodec {
    private static let version: UInt8 = 1
    /// About what a row of one session takes.
    private static let usualBytes = 128

    /// Bits of the byte that says what of a row or session is there.
    private struct Members: OptionSet {
        let rawValue: UInt8
        static let userID = Members(rawValue: 1)
        static let unionID = Members(rawValue: 2)
        static let all: Members = [.userID, .unionID]
    }

    private struct SessionMembers: OptionSet {
        let rawValue: UInt8
        static let previous = SessionMembers(rawValue: 1)
        static let device = SessionMembers(rawValue: 2)
        static let overlap = SessionMembers(rawValue: 4)
        static let all: SessionMembers = [.previous, .device, .overlap]
    }

    /// Channel, members, sid, jti and two times.
    private static let sessionBytesMin = 2 + 16 + 16 + 8 + 8
    /// Sid, reason and time.
    private static let endedBytes = 16 + 1 + 8

    /// The row of a user's sessions.
    package static func encode(_ sessions: UserSessions) -> [UInt8] {
        var row = RowWriter(capacity: usualBytes)
        row.put(version)
        var members: Members = []
        if sessions.identity.id != nil { members.insert(.userID) }
        if sessions.identity.unionID != nil { members.insert(.unionID) }
        row.put(members.rawValue)
        if let id = sessions.identity.id { row.put(id) }
        if let unionID = sessions.identity.unionID { row.put(unionID) }
        row.put(UInt32(sessions.live.count))
        for session in sessions.live { encode(session, into: &row) }
        row.put(UInt32(sessions.ended.count))
        for ended in sessions.ended {
            row.put(ended.sid)
            row.put(code(of: ended.reason))
            row.put(ended.forgetAt)
        }
        return row.bytes
    }

    /// The sessions of a row; nil when it is none, or of a form that this version does not know.
    package static func decode(_ bytes: [UInt8]) -> UserSessions? {
        do throws(RowReader.Malformed) {
            return try read(RowReader(bytes))
        } catch {
            return nil
        }
    }

    private static func encode(_ session: Session, into row: inout RowWriter) {
        var members: SessionMembers = []
        if session.previous != nil { members.insert(.previous) }
        if session.device != nil { members.insert(.device) }
        if session.overlapsUntil != nil { members.insert(.overlap) }
        row.put(code(of: session.channel))
        row.put(members.rawValue)
        row.put(session.sid)
        row.put(session.token.jti)
        row.put(session.token.expiresAt)
        row.put(session.createdAt)
        if let previous = session.previous {
            row.put(previous.jti)
            row.put(previous.validUntil)
            row.put(previous.next)
        }
        if let device = session.device { row.put(device) }
        if let overlapsUntil = session.overlapsUntil { row.put(overlapsUntil) }
    }

    private static func read(_ row: consuming RowReader) throws(RowReader.Malformed) -> UserSessions {
        guard try row.number() == version else { throw RowReader.Malformed() }
        let members = Members(rawValue: try row.number())
        guard members.isSubset(of: .all) else { throw RowReader.Malformed() }
        let id = members.contains(.userID) ? try row.time() : nil
        let unionID = members.contains(.unionID) ? try row.text() : nil
        let live = try row.list(count: Int(try row.number(UInt32.self)), minimumBytes: sessionBytesMin, session)
        let ended = try row.list(count: Int(try row.number(UInt32.self)), minimumBytes: endedBytes, ended)
        try row.finish()
        return UserSessions(live: live, ended: ended, identity: UserIdentity(id: id, unionID: unionID))
    }

    private static func session(_ row: inout RowReader) throws(RowReader.Malformed) -> Session {
        let channel = try channel(try row.number())
        let members = SessionMembers(rawValue: try row.number())
        guard members.isSubset(of: .all) else { throw RowReader.Malformed() }
        let sid = try row.digest()
        let token = SessionToken(jti: try row.digest(), expiresAt: try row.time())
        let createdAt = try row.time()
        var previous: PreviousToken?
        if members.contains(.previous) {
            previous = PreviousToken(jti: try row.digest(), validUntil: try row.time(), next: try row.record())
        }
        return Session(
            sid: sid,
            token: token,
            previous: previous,
            channel: channel,
            device: members.contains(.device) ? try row.text() : nil,
            createdAt: createdAt,
            overlapsUntil: members.contains(.overlap) ? try row.time() : nil
        )
    }

    private static func ended(_ row: inout RowReader) throws(RowReader.Malformed) -> UserSessions.Ended {
        UserSessions.Ended(
            sid: try row.digest(),
            reason: try reason(try row.number()),
            forgetAt: try row.time()
        )
    }

    // MARK: - Numbers of names: what is written stays readable

    private static func code(of channel: SessionChannel) -> UInt8 {
        switch channel {
        case .mini: 1
        case .web: 2
        }
    }

    private static func channel(_ code: UInt8) throws(RowReader.Malformed) -> SessionChannel {
        switch code {
        case 1: return .mini
        case 2: return .web
        default: throw RowReader.Malformed()
        }
    }

    private static func code(of reason: SessionEnd) -> UInt8 {
        switch reason {
        case .replaced: 1
        case .revoked: 2
        case .loggedOut: 3
        }
    }

    private static func reason(_ code: UInt8) throws(RowReader.Malformed) -> SessionEnd {
        switch code {
        case 1: return .replaced
        case 2: return .revoked
        case 3: return .loggedOut
        default: throw RowReader.Malformed()
        }
    }
}
