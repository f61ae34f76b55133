/// The sessions of one user in one app: decides what a login, a check, a refresh and a logout come to. No lock, no clock;
/// times are Unix seconds.
package struct UserSessions: Equatable, Sendable {
    /// Seconds for which a session goes on that the same device's next login replaced: its requests may be under way.
    package static let deviceOverlap: Int64 = 10
    /// Seconds for which the token before a refresh stays good.
    package static let refreshOverlap: Int64 = 30
    /// Ended sessions are remembered until their tokens expire, but no more than so many a user: each costs memory, and
    /// what is forgotten still counts as `replaced`.
    package static let endedMax = 32
    /// Overlapping sessions of one user at most; above it the oldest end early. A device that logs in more often within
    /// ten seconds is not waiting for replies.
    package static let overlapsMax = 8

    /// Live sessions of one user at most, also where the operator set no limit: a step writes them all at once, and no
    /// person has so many devices. Above it the oldest end.
    package static let liveMax = 4096

    /// A session that ended for a reason worth remembering.
    package struct Ended: Equatable, Sendable {
        package let sid: TokenDigest
        package let reason: SessionEnd
        package let forgetAt: Int64

        package init(sid: TokenDigest, reason: SessionEnd, forgetAt: Int64) {
            self.sid = sid
            self.reason = reason
            self.forgetAt = forgetAt
        }
    }

    /// Oldest first.
    package private(set) var live: [Session]
    /// Oldest first.
    package private(set) var ended: [Ended]
    /// What is known of the user.
    package private(set) var identity: UserIdentity

    /// None yet, or what a store kept.
    package init(live: [Session] = [], ended: [Ended] = [], identity: UserIdentity = UserIdentity()) {
        self.live = live
        self.ended = ended
        self.identity = identity
    }

    package var isEmpty: Bool { live.isEmpty && ended.isEmpty }

    // MARK: - Steps

    /// A login made a session.
    package mutating func open(_ session: Session, identity: UserIdentity, limit: Int, now: Int64) {
        setIdentity(identity)
        if isReplaced(by: session, limit: limit) {
            live.removeAll(keepingCapacity: true)
            live.append(session)
            return
        }
        expire(now: now)
        // Another device, or one that does not say which it is.
        live.removeAll { older in
            older.channel == session.channel && older.overlapsUntil != nil
                && (session.device == nil || older.device != session.device)
        }
        if session.device != nil { overlap(with: session, now: now) }
        if limit > 0 {
            var surplus = live.count { $0.channel == session.channel && $0.overlapsUntil == nil } - (limit - 1)
            live.removeAll { older in
                guard surplus > 0, older.channel == session.channel, older.overlapsUntil == nil else { return false }
                surplus -= 1
                return true
            }
        }
        live.removeFirst(max(0, live.count - (Self.liveMax - 1)))
        live.append(session)
    }

    /// The current token of a session is exchanged for the next.
    package mutating func refresh(
        _ token: TokenDigests,
        to next: SessionToken,
        sealed: SealedRecord,
        now: Int64
    ) -> SessionRefresh {
        guard case .live(let found) = lookup(token, now: now) else { return .ended(reason(of: token.sid)) }
        guard let index = live.firstIndex(where: { $0.sid == token.sid }), live[index].overlapsUntil == nil else {
            return .ended(.replaced)
        }
        if !found.isCurrent, let previous = live[index].previous {
            let current = TokenDigests(sid: token.sid, jti: live[index].token.jti)
            guard case .live(let session) = lookup(current, now: now) else { return .ended(.replaced) }
            return .repeated(session, next: previous.next)
        }
        live[index].previous = PreviousToken(jti: token.jti, validUntil: now + Self.refreshOverlap, next: sealed)
        live[index].token = next
        let session = live[index]
        return .refreshed(
            LiveSession(session: session, identity: identity, isCurrent: true, validUntil: session.endsAt)
        )
    }

    /// A client logs out, or somebody ends his session.
    package mutating func end(_ token: TokenDigests, as reason: SessionEnd, now: Int64) -> SessionLookup {
        let found = lookup(token, now: now)
        guard case .live(let session) = found else { return found }
        remember(session.session, as: reason)
        live.removeAll { other in
            other.sid == token.sid || (other.channel == session.session.channel && other.overlapsUntil != nil)
        }
        return found
    }

    /// All sessions end.
    ///
    /// - Returns: how many were live.
    package mutating func endAll(as reason: SessionEnd, now: Int64) -> Int {
        expire(now: now)
        for session in live { remember(session, as: reason) }
        defer { live = [] }
        return live.count
    }

    /// Something became known of the user. What was known before stays: a login and a saved profile may cross.
    package mutating func setIdentity(_ identity: UserIdentity) {
        self.identity.id = identity.id ?? self.identity.id
        self.identity.unionID = identity.unionID ?? self.identity.unionID
    }

    /// Drops what time has ended.
    package mutating func expire(now: Int64) {
        live.removeAll { $0.endsAt <= now }
        for index in live.indices {
            if let previous = live[index].previous, previous.validUntil <= now { live[index].previous = nil }
        }
        ended.removeAll { $0.forgetAt <= now }
    }

    // MARK: - Questions

    /// What a token finds.
    package func lookup(_ token: TokenDigests, now: Int64) -> SessionLookup {
        guard let session = live.first(where: { $0.sid == token.sid }) else { return .ended(reason(of: token.sid)) }
        return Self.lookup(token, of: session, identity, now: now)
    }

    /// What a token of a session finds.
    package static func lookup(
        _ token: TokenDigests,
        of session: Session,
        _ identity: UserIdentity,
        now: Int64
    ) -> SessionLookup {
        guard now < session.endsAt else { return .ended(.replaced) }
        if session.token.jti == token.jti {
            let isCurrent = session.overlapsUntil == nil
            return .live(
                LiveSession(session: session, identity: identity, isCurrent: isCurrent, validUntil: session.endsAt)
            )
        }
        guard let previous = session.previous, previous.jti == token.jti, now < previous.validUntil else {
            return .ended(.replaced)
        }
        let validUntil = min(previous.validUntil, session.endsAt)
        return .live(LiveSession(session: session, identity: identity, isCurrent: false, validUntil: validUntil))
    }

    /// The sessions that some token still proves, oldest first.
    package func active(now: Int64) -> [Session] {
        live.filter { now < $0.endsAt }
    }

    /// Whether ``expire(now:)`` would drop something. Asked of everybody now and then, so without an allocation.
    package func hasExpired(now: Int64) -> Bool {
        for session in live {
            if session.endsAt <= now { return true }
            if let previous = session.previous, previous.validUntil <= now { return true }
        }
        return ended.contains { $0.forgetAt <= now }
    }

    /// Whether a login leaves nothing of what is here, by the rules of a channel's limit and of devices alone: so it is for
    /// nearly everybody who comes back.
    private func isReplaced(by session: Session, limit: Int) -> Bool {
        if isEmpty { return true }
        guard limit == 1, session.device == nil, ended.isEmpty else { return false }
        return live.allSatisfy { $0.channel == session.channel }
    }

    private func reason(of sid: TokenDigest) -> SessionEnd {
        ended.last { $0.sid == sid }?.reason ?? .replaced
    }

    private mutating func overlap(with session: Session, now: Int64) {
        for index in live.indices
        where live[index].channel == session.channel && live[index].device == session.device
            && live[index].overlapsUntil == nil
        {
            live[index].overlapsUntil = now + Self.deviceOverlap
        }
        var surplus = live.count { $0.overlapsUntil != nil } - Self.overlapsMax
        live.removeAll { older in
            guard surplus > 0, older.overlapsUntil != nil else { return false }
            surplus -= 1
            return true
        }
    }

    private mutating func remember(_ session: Session, as reason: SessionEnd) {
        if reason == .replaced { return }
        if ended.count >= Self.endedMax { ended.removeFirst() }
        ended.append(Ended(sid: session.sid, reason: reason, forgetAt: session.token.expiresAt))
    }
}
