internal import Synchronization

/// Sessions in memory, gone with the process. Any thread.
///
/// A user's sessions lie together under one lock of several, so each call is one atomic step and loops seldom meet.
public final class MemorySessionStore: SessionStore, ResidentSessionStore {
    package let rows = SessionRows()
    private let nextSwept = Atomic<Int>(0)

    /// An empty store.
    public init() {}

    /// As the protocol says.
    public func open(
        _ session: Session,
        of user: User.Key,
        identity: UserIdentity,
        limit: Int,
        now: Int64
    ) async throws(StoreError) {
        insert(session, of: rows.digest(of: user), identity: identity, limit: limit, now: now)
    }

    /// ``open(_:of:identity:limit:now:)`` at once.
    ///
    /// - Parameter user: by ``UserDigester/ofMemoryStores``.
    func insert(_ session: Session, of user: UserDigest, identity: UserIdentity, limit: Int, now: Int64) {
        rows.open(session, of: user, identity: identity, limit: limit, now: now)
    }

    /// As the protocol says.
    public func lookup(_ user: User.Key, _ token: TokenDigests, now: Int64) async throws(StoreError) -> SessionLookup {
        rows.lookup(user, token, now: now)
    }

    /// As the protocol says; always answered.
    public func lookupNow(_ user: User.Key, _ token: TokenDigests, now: Int64) -> SessionLookup? {
        rows.lookup(user, token, now: now)
    }

    /// As the protocol says.
    public func refresh(
        _ user: User.Key,
        _ token: TokenDigests,
        to next: SessionToken,
        sealed: SealedRecord,
        now: Int64
    ) async throws(StoreError) -> SessionRefresh {
        rows.step(rows.digest(of: user)) { sessions in
            let outcome = sessions.refresh(token, to: next, sealed: sealed, now: now)
            if case .refreshed = outcome { return (outcome, true) }
            return (outcome, false)
        }
    }

    /// As the protocol says.
    public func end(
        _ user: User.Key,
        _ token: TokenDigests,
        as reason: SessionEnd,
        now: Int64
    ) async throws(StoreError) -> SessionLookup {
        rows.step(rows.digest(of: user)) { sessions in
            let found = sessions.end(token, as: reason, now: now)
            if case .live = found { return (found, true) }
            return (found, false)
        }
    }

    /// As the protocol says.
    public func endAll(of user: User.Key, as reason: SessionEnd, now: Int64) async throws(StoreError) -> Int {
        rows.step(rows.digest(of: user)) { sessions in
            let hadAny = !sessions.isEmpty
            return (sessions.endAll(as: reason, now: now), hadAny)
        }
    }

    /// As the protocol says.
    public func sessions(of user: User.Key, now: Int64) async throws(StoreError) -> [Session] {
        rows.entry(of: rows.digest(of: user))?.sessions.active(now: now) ?? []
    }

    /// As the protocol says.
    public func setIdentity(_ identity: UserIdentity, of user: User.Key) async throws(StoreError) {
        rows.step(rows.digest(of: user)) { sessions in
            let before = sessions.identity
            if sessions.isEmpty { return ((), false) }
            sessions.setIdentity(identity)
            return ((), sessions.identity != before)
        }
    }

    /// As the protocol says.
    public func erase(_ user: User.Key) async throws(StoreError) {
        rows.remove(rows.digest(of: user))
    }

    /// Forgets what has expired in one of the shards, a different one each call, so that no call takes long.
    public func sweep(now: Int64) {
        let turn = nextSwept.wrappingAdd(1, ordering: .relaxed).oldValue
        for user in rows.expired(ofTurn: turn, max: .max, now: now) {
            rows.step(user) { sessions in
                sessions.expire(now: now)
                return ((), true)
            }
        }
    }

    /// Memory always answers.
    public var trouble: String? { nil }

    /// Users of whom anything is kept; for tests.
    package var userCount: Int { rows.userCount }

    /// Live sessions; for tests and metrics, not for a request's path.
    public var liveCount: Int { rows.liveCount }
}
