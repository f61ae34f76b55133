internal import Synchronization

/// Sessions in memory, gone with the process. Any thread.
///
/// A user's sessions lie together under one lock of several, so each call is one atomic step and loops seldom meet.
public final class MemorySessionStore: SessionStore {
    /// Locks over which users are spread; more than loops, so that two of them seldom want the same one.
    private static let shardCount = 64

    private final class Shard: Sendable {
        let users = Mutex<[User.Key: UserSessions]>([:])
    }

    private let shards = (0..<shardCount).map { _ in Shard() }
    private let nextSwept = Atomic<Int>(0)

    /// An empty store.
    public init() {}

    /// As the protocol says.
    public func open(_ session: Session, limit: Int, now: Int64) async throws(StoreError) {
        shard(of: session.user).users.withLock { users in
            users[session.user, default: UserSessions()].open(session, limit: limit, now: now)
        }
    }

    /// As the protocol says.
    public func lookup(
        _ user: User.Key,
        sid: String,
        jti: String,
        now: Int64
    ) async throws(StoreError) -> SessionLookup {
        shard(of: user).users.withLock { users in
            users[user]?.lookup(sid: sid, jti: jti, now: now) ?? .ended(.replaced)
        }
    }

    /// As the protocol says.
    public func end(
        _ user: User.Key,
        sid: String,
        jti: String,
        as reason: SessionEnd,
        now: Int64
    ) async throws(StoreError) -> SessionLookup {
        shard(of: user).users.withLock { users in
            users[user]?.end(sid: sid, jti: jti, as: reason, now: now) ?? .ended(.replaced)
        }
    }

    /// Forgets what has expired in one of the shards, a different one each call, so that no call takes long.
    public func sweep(now: Int64) {
        let turn = nextSwept.wrappingAdd(1, ordering: .relaxed).oldValue
        shards[turn % Self.shardCount].users.withLock { users in
            for key in users.keys {
                users[key]?.expire(now: now)
                if users[key]?.isEmpty == true { users[key] = nil }
            }
        }
    }

    /// Live sessions; for tests and metrics, not for a request's path.
    public var liveCount: Int {
        shards.reduce(0) { sum, shard in
            sum + shard.users.withLock { users in users.values.reduce(0) { $0 + $1.live.count } }
        }
    }

    private func shard(of user: User.Key) -> Shard {
        var hasher = Hasher()
        hasher.combine(user)
        return shards[Int(UInt(bitPattern: hasher.finalize()) % UInt(Self.shardCount))]
    }
}
