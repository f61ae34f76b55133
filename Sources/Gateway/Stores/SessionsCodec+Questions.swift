/// What a row is asked often, answered from its bytes: as ``UserSessions`` would answer, which decides.
extension SessionsCodec {
    /// What a token finds. A row that is none finds nothing.
    package static func lookup(_ token: TokenDigests, in bytes: Span<UInt8>, now: Int64) -> SessionLookup {
        do throws(Malformed) {
            var row = RowCursor()
            let head = try head(&row, in: bytes)
            for _ in 0..<head.liveCount {
                let fields = try fields(&row, in: bytes)
                guard fields.sid == token.sid else { continue }
                let identity = try identity(head, in: bytes)
                return UserSessions.lookup(token, of: try session(fields, in: bytes), identity, now: now)
            }
            return .ended(try reason(of: token.sid, behindLive: &row, in: bytes))
        } catch {
            return .ended(.replaced)
        }
    }

    /// What ``lookup(_:in:now:)`` says, without taking the session out of the row. The row is known to be one.
    static func standing(of token: TokenDigests, in bytes: Span<UInt8>, now: Int64) -> RowAnswer {
        do throws(Malformed) {
            var row = RowCursor()
            let head = try head(&row, in: bytes)
            for _ in 0..<head.liveCount {
                let fields = try fields(&row, in: bytes)
                guard fields.sid == token.sid else { continue }
                guard let validUntil = fields.validUntil(of: token.jti, now: now) else { return .ended(.replaced) }
                return .live(
                    SessionStanding(
                        channel: fields.channel,
                        userID: head.userID,
                        validUntil: validUntil,
                        checkedAt: now
                    ),
                    unionID: head.unionID
                )
            }
            return .ended(try reason(of: token.sid, behindLive: &row, in: bytes))
        } catch {
            return .ended(.replaced)
        }
    }

    /// Why a session that is not live has ended, as far as the row remembers.
    private static func reason(
        of sid: TokenDigest,
        behindLive row: inout RowCursor,
        in bytes: Span<UInt8>
    ) throws(Malformed) -> SessionEnd {
        var reason = SessionEnd.replaced
        for _ in 0..<(try endedCount(&row, in: bytes)) {
            let ended = try ended(&row, in: bytes)
            if ended.sid == sid { reason = ended.reason }
        }
        return reason
    }

    /// What ``standing(of:in:now:)`` says.
    enum RowAnswer {
        /// With the place of the user's unionid, when it is known.
        case live(SessionStanding, unionID: Range<Int>?)
        case ended(SessionEnd)
    }

    /// Whether time has ended something.
    package static func hasExpired(in bytes: Span<UInt8>, now: Int64) -> Bool {
        do throws(Malformed) {
            var row = RowCursor()
            for _ in 0..<(try head(&row, in: bytes)).liveCount {
                let fields = try fields(&row, in: bytes)
                if Session.endsAt(fields.expiresAt, overlapsUntil: fields.overlapsUntil) <= now { return true }
                if let until = fields.previousUntil, until <= now { return true }
            }
            for _ in 0..<(try endedCount(&row, in: bytes)) where try ended(&row, in: bytes).forgetAt <= now {
                return true
            }
            return false
        } catch {
            return false
        }
    }

    /// How many sessions have not ended, or only by time.
    package static func liveCount(in bytes: Span<UInt8>) -> Int {
        var row = RowCursor()
        return (try? head(&row, in: bytes).liveCount) ?? 0
    }
}
