internal import Synchronization

/// Sessions in memory, gone with the process. Any thread.
///
/// A user's sessions lie together under one lock of several, so each call is one atomic step and loops seldom meet.
public final class MemorySessionStore: SessionStore {
    private let shards = UserShards<[User.Key: UserSessions]>([:])
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
        insert(session, of: user, identity: identity, limit: limit, now: now)
    }

    /// ``open(_:of:identity:limit:now:)`` at once.
    func insert(_ session: Session, of user: User.Key, identity: UserIdentity, limit: Int, now: Int64) {
        shards.withLock(of: user) { users in
            users[user, default: UserSessions()].open(session, identity: identity, limit: limit, now: now)
        }
    }

    /// As the protocol says.
    public func lookup(_ user: User.Key, _ token: TokenDigests, now: Int64) async throws(StoreError) -> SessionLookup {
        found(user, token, now: now)
    }

    /// As the protocol says; always answered.
    public func lookupNow(_ user: User.Key, _ token: TokenDigests, now: Int64) -> SessionLookup? {
        found(user, token, now: now)
    }

    /// As the protocol says.
    public func refresh(
        _ user: User.Key,
        _ token: TokenDigests,
        to next: SessionToken,
        sealed: SealedRecord,
        now: Int64
    ) async throws(StoreError) -> SessionRefresh {
        shards.withLock(of: user) { users in
            users[user]?.refresh(token, to: next, sealed: sealed, now: now) ?? .ended(.replaced)
        }
    }

    /// As the protocol says.
    public func end(
        _ user: User.Key,
        _ token: TokenDigests,
        as reason: SessionEnd,
        now: Int64
    ) async throws(StoreError) -> SessionLookup {
        shards.withLock(of: user) { users in
            let found = users[user]?.end(token, as: reason, now: now)
            // No sweep would find it: nothing in it expires.
            if users[user]?.isEmpty == true { users[user] = nil }
            return found ?? .ended(.replaced)
        }
    }

    /// As the protocol says.
    public func endAll(of user: User.Key, as reason: SessionEnd, now: Int64) async throws(StoreError) -> Int {
        shards.withLock(of: user) { $0[user]?.endAll(as: reason, now: now) ?? 0 }
    }

    /// As the protocol says.
    public func sessions(of user: User.Key, now: Int64) async throws(StoreError) -> [Session] {
        shards.withLock(of: user) { $0[user]?.active(now: now) ?? [] }
    }

    /// As the protocol says.
    public func setIdentity(_ identity: UserIdentity, of user: User.Key) async throws(StoreError) {
        shards.withLock(of: user) { $0[user]?.setIdentity(identity) }
    }

    /// As the protocol says.
    public func erase(_ user: User.Key) async throws(StoreError) {
        shards.withLock(of: user) { $0[user] = nil }
    }

    /// Forgets what has expired in one of the shards, a different one each call, so that no call takes long.
    public func sweep(now: Int64) {
        let turn = nextSwept.wrappingAdd(1, ordering: .relaxed).oldValue
        shards.withLock(ofTurn: turn) { users in
            // In place: going over the keys would keep the table shared, and the first change would copy all of it.
            var emptied: [User.Key] = []
            var index = users.startIndex
            while index != users.endIndex {
                if users.values[index].hasExpired(now: now) {
                    users.values[index].expire(now: now)
                    if users.values[index].isEmpty { emptied.append(users.keys[index]) }
                }
                users.formIndex(after: &index)
            }
            for key in emptied { users[key] = nil }
        }
    }

    /// Memory always answers.
    public var trouble: String? { nil }

    /// Users of whom anything is kept; for tests.
    package var userCount: Int { shards.sum(\.count) }

    /// Live sessions; for tests and metrics, not for a request's path.
    public var liveCount: Int {
        shards.sum { users in users.values.reduce(0) { $0 + $1.live.count } }
    }

    private func found(_ user: User.Key, _ token: TokenDigests, now: Int64) -> SessionLookup {
        shards.withLock(of: user) { $0[user]?.lookup(token, now: now) ?? .ended(.replaced) }
    }
}
