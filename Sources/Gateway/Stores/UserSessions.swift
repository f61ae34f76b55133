/// The sessions of one user in one app: decides what a login, a check and a logout come to. No lock, no clock.
struct UserSessions {
    /// Ended sessions are remembered until their tokens expire, but no more than so many a user: each costs memory, and
    /// what is forgotten still counts as `replaced`.
    static let endedMax = 8

    private struct Ended {
        let sid: String
        let reason: SessionEnd
        let forgetAt: Int64
    }

    /// Oldest first.
    private(set) var live: [Session] = []
    private var ended: [Ended] = []

    var isEmpty: Bool { live.isEmpty && ended.isEmpty }

    mutating func open(_ session: Session, limit: Int, now: Int64) {
        expire(now: now)
        if let device = session.device {
            live.removeAll { $0.channel == session.channel && $0.device == device }
        }
        if limit > 0 {
            var surplus = live.count { $0.channel == session.channel } - (limit - 1)
            live.removeAll { older in
                guard surplus > 0, older.channel == session.channel else { return false }
                surplus -= 1
                return true
            }
        }
        live.append(session)
    }

    func lookup(sid: String, jti: String, now: Int64) -> SessionLookup {
        if let session = live.first(where: { $0.sid == sid }) {
            return session.jti == jti && session.expiresAt > now ? .live(session) : .ended(.replaced)
        }
        return .ended(ended.first { $0.sid == sid }?.reason ?? .replaced)
    }

    mutating func end(sid: String, jti: String, as reason: SessionEnd, now: Int64) -> SessionLookup {
        let found = lookup(sid: sid, jti: jti, now: now)
        guard case .live(let session) = found else { return found }
        live.removeAll { $0.sid == sid }
        if ended.count == Self.endedMax { ended.removeFirst() }
        ended.append(Ended(sid: sid, reason: reason, forgetAt: session.expiresAt))
        return found
    }

    mutating func expire(now: Int64) {
        live.removeAll { $0.expiresAt <= now }
        ended.removeAll { $0.forgetAt <= now }
    }
}
