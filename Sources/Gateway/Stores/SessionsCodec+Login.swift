/// A login on a row's bytes: as ``UserSessions`` would have it, which decides.
extension SessionsCodec {
    /// Whether a login leaves nothing of a row, not even of what it says of the user: so it is for nearly everybody who
    /// comes back, with one session a channel and no device named. No for a row that is none.
    static func isReplaced(
        _ bytes: Span<UInt8>,
        by session: Session,
        _ identity: UserIdentity,
        limit: Int
    ) -> Bool {
        guard limit == 1, session.device == nil else { return false }
        do throws(Malformed) {
            var row = RowCursor()
            let head = try head(&row, in: bytes)
            guard head.userID == nil || identity.id != nil else { return false }
            guard head.unionID == nil || identity.unionID != nil else { return false }
            for _ in 0..<head.liveCount {
                guard try fields(&row, in: bytes).channel == session.channel else { return false }
            }
            guard try endedCount(&row, in: bytes) == 0 else { return false }
            try row.finish(in: bytes)
            return true
        } catch {
            return false
        }
    }

    /// Bytes that the row of one session takes at most.
    static func countMax(of session: Session, _ identity: UserIdentity) -> Int {
        countMax(of: identity) + countMax(of: session)
    }

    /// Puts the row of one session.
    static func put(_ session: Session, _ identity: UserIdentity, into row: inout RowWriter) {
        putHead(identity, liveCount: 1, into: &row)
        put(session, into: &row)
        row.put(UInt32(0))
    }
}
