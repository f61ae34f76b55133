/// The sessions of one user as bytes, for stores that keep them outside this process.
///
/// A row begins with the number of its form. A new form gets a new number, and older ones stay readable: rows are
/// rewritten only when their user does something.
package enum SessionsCodec {
    private static let version: UInt8 = 1
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
    /// The same, a previous token's jti and time, another time, and the lengths of its next token and of the device.
    private static let sessionBytesMax = sessionBytesMin + 16 + 8 + 8 + 2 * RowWriter.lengthByteCount
    /// Version, members, id, the length of the unionid, and how many sessions are live and ended.
    private static let headBytesMax = 2 + 8 + 3 * RowWriter.lengthByteCount
    /// Sid, reason and time.
    private static let endedBytes = 16 + 1 + 8

    /// The row of a user's sessions.
    package static func encode(_ sessions: UserSessions) -> [UInt8] {
        RowWriter.bytes(countMax: countMax(of: sessions)) { put(sessions, into: &$0) }
    }

    /// Bytes that a row of these sessions takes at most.
    static func countMax(of sessions: UserSessions) -> Int {
        var count = countMax(of: sessions.identity) + sessions.ended.count * endedBytes
        for session in sessions.live { count += countMax(of: session) }
        return count
    }

    /// Puts the row of a user's sessions.
    static func put(_ sessions: UserSessions, into row: inout RowWriter) {
        putHead(sessions.identity, liveCount: sessions.live.count, into: &row)
        for session in sessions.live { put(session, into: &row) }
        row.put(UInt32(sessions.ended.count))
        for ended in sessions.ended {
            row.put(ended.sid)
            row.put(code(of: ended.reason))
            row.put(ended.forgetAt)
        }
    }

    /// The sessions of a row; nil when it is none, or of a form that this version does not know.
    package static func decode(_ bytes: [UInt8]) -> UserSessions? {
        decode(bytes.span)
    }

    /// The same of bytes that lie elsewhere.
    package static func decode(_ bytes: Span<UInt8>) -> UserSessions? {
        do throws(Malformed) {
            return try sessions(in: bytes)
        } catch {
            return nil
        }
    }

    /// Of all but the sessions themselves.
    static func countMax(of identity: UserIdentity) -> Int {
        headBytesMax + (identity.unionID?.utf8.count ?? 0)
    }

    static func countMax(of session: Session) -> Int {
        sessionBytesMax + (session.previous?.next.bytes.count ?? 0) + (session.device?.utf8.count ?? 0)
    }

    static func putHead(_ identity: UserIdentity, liveCount: Int, into row: inout RowWriter) {
        row.put(version)
        var members: Members = []
        if identity.id != nil { members.insert(.userID) }
        if identity.unionID != nil { members.insert(.unionID) }
        row.put(members.rawValue)
        if let id = identity.id { row.put(id) }
        if let unionID = identity.unionID { row.put(unionID) }
        row.put(UInt32(liveCount))
    }

    static func put(_ session: Session, into row: inout RowWriter) {
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

    // MARK: - Reading

    typealias Malformed = RowCursor.Malformed

    /// What stands before the sessions of a row.
    struct Head {
        let userID: Int64?
        let unionID: Range<Int>?
        let liveCount: Int
    }

    /// A session as it stands in a row: what varies in length is only found, so reading one takes no memory.
    struct Fields {
        let channel: SessionChannel
        let sid: TokenDigest
        let jti: TokenDigest
        let expiresAt: Int64
        fileprivate let createdAt: Int64
        fileprivate var previousJTI: TokenDigest?
        private(set) var previousUntil: Int64?
        fileprivate var next: Range<Int>?
        fileprivate let device: Range<Int>?
        let overlapsUntil: Int64?

        fileprivate init(_ row: inout RowCursor, in bytes: Span<UInt8>) throws(Malformed) {
            channel = try SessionsCodec.channel(try row.number(in: bytes))
            let members = SessionMembers(rawValue: try row.number(in: bytes))
            guard members.isSubset(of: .all) else { throw Malformed() }
            sid = try row.digest(in: bytes)
            jti = try row.digest(in: bytes)
            expiresAt = try row.time(in: bytes)
            createdAt = try row.time(in: bytes)
            if members.contains(.previous) {
                previousJTI = try row.digest(in: bytes)
                previousUntil = try row.time(in: bytes)
                next = try row.field(in: bytes)
            }
            device = members.contains(.device) ? try row.field(in: bytes) : nil
            overlapsUntil = members.contains(.overlap) ? try row.time(in: bytes) : nil
        }

        /// As ``UserSessions/lookup(_:of:_:now:)``, which decides; nil: the token is not good.
        func validUntil(of jti: TokenDigest, now: Int64) -> Int64? {
            let endsAt = Session.endsAt(expiresAt, overlapsUntil: overlapsUntil)
            guard now < endsAt else { return nil }
            if jti == self.jti { return endsAt }
            guard let previousUntil, previousJTI == jti, now < previousUntil else { return nil }
            return min(previousUntil, endsAt)
        }
    }

    static func head(_ row: inout RowCursor, in bytes: Span<UInt8>) throws(Malformed) -> Head {
        guard try row.number(in: bytes) == version else { throw Malformed() }
        let members = Members(rawValue: try row.number(in: bytes))
        guard members.isSubset(of: .all) else { throw Malformed() }
        return Head(
            userID: members.contains(.userID) ? try row.time(in: bytes) : nil,
            unionID: members.contains(.unionID) ? try row.field(in: bytes) : nil,
            liveCount: try row.count(minimumBytes: sessionBytesMin, in: bytes)
        )
    }

    static func fields(_ row: inout RowCursor, in bytes: Span<UInt8>) throws(Malformed) -> Fields {
        try Fields(&row, in: bytes)
    }

    static func endedCount(_ row: inout RowCursor, in bytes: Span<UInt8>) throws(Malformed) -> Int {
        try row.count(minimumBytes: endedBytes, in: bytes)
    }

    static func ended(_ row: inout RowCursor, in bytes: Span<UInt8>) throws(Malformed) -> UserSessions.Ended {
        UserSessions.Ended(
            sid: try row.digest(in: bytes),
            reason: try reason(try row.number(in: bytes)),
            forgetAt: try row.time(in: bytes)
        )
    }

    static func identity(_ head: Head, in bytes: Span<UInt8>) throws(Malformed) -> UserIdentity {
        UserIdentity(id: head.userID, unionID: try text(head.unionID, in: bytes))
    }

    static func session(_ fields: Fields, in bytes: Span<UInt8>) throws(Malformed) -> Session {
        var previous: PreviousToken?
        if let jti = fields.previousJTI, let validUntil = fields.previousUntil, let next = fields.next {
            let record = SealedRecord(bytes: next.map { bytes[$0] })
            previous = PreviousToken(jti: jti, validUntil: validUntil, next: record)
        }
        return Session(
            sid: fields.sid,
            token: SessionToken(jti: fields.jti, expiresAt: fields.expiresAt),
            previous: previous,
            channel: fields.channel,
            device: try text(fields.device, in: bytes),
            createdAt: fields.createdAt,
            overlapsUntil: fields.overlapsUntil
        )
    }

    /// Whether ``decode(_:)-(Span<UInt8>)`` would give sessions; takes no memory.
    package static func isReadable(_ bytes: Span<UInt8>) -> Bool {
        do throws(Malformed) {
            var row = RowCursor()
            let head = try head(&row, in: bytes)
            guard isText(head.unionID, in: bytes) else { return false }
            for _ in 0..<head.liveCount {
                guard isText(try fields(&row, in: bytes).device, in: bytes) else { return false }
            }
            for _ in 0..<(try endedCount(&row, in: bytes)) { _ = try ended(&row, in: bytes) }
            try row.finish(in: bytes)
            return true
        } catch {
            return false
        }
    }

    private static func sessions(in bytes: Span<UInt8>) throws(Malformed) -> UserSessions {
        var row = RowCursor()
        let head = try head(&row, in: bytes)
        var live: [Session] = []
        live.reserveCapacity(head.liveCount)
        for _ in 0..<head.liveCount { live.append(try session(try fields(&row, in: bytes), in: bytes)) }
        let endedCount = try endedCount(&row, in: bytes)
        var ended: [UserSessions.Ended] = []
        ended.reserveCapacity(endedCount)
        for _ in 0..<endedCount { ended.append(try self.ended(&row, in: bytes)) }
        try row.finish(in: bytes)
        return UserSessions(live: live, ended: ended, identity: try identity(head, in: bytes))
    }

    private static func text(_ field: Range<Int>?, in bytes: Span<UInt8>) throws(Malformed) -> String? {
        guard let field else { return nil }
        return try RowCursor.text(field, in: bytes)
    }

    private static func isText(_ field: Range<Int>?, in bytes: Span<UInt8>) -> Bool {
        guard let field else { return true }
        return (try? UTF8Span(validating: bytes.extracting(field))) != nil
    }

    // MARK: - Numbers of names: what is written stays readable

    private static func code(of channel: SessionChannel) -> UInt8 {
        switch channel {
        case .mini: 1
        case .web: 2
        }
    }

    private static func channel(_ code: UInt8) throws(Malformed) -> SessionChannel {
        switch code {
        case 1: return .mini
        case 2: return .web
        default: throw Malformed()
        }
    }

    private static func code(of reason: SessionEnd) -> UInt8 {
        switch reason {
        case .replaced: 1
        case .revoked: 2
        case .loggedOut: 3
        }
    }

    private static func reason(_ code: UInt8) throws(Malformed) -> SessionEnd {
        switch code {
        case 1: return .replaced
        case 2: return .revoked
        case 3: return .loggedOut
        default: throw Malformed()
        }
    }
}
