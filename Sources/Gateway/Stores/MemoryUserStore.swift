internal import Synchronization
public import WeChat

/// Users in memory, gone with the process. Any thread.
public final class MemoryUserStore: UserStore {
    private let shards = UserShards<[User.Key: User]>([:])
    private let lastID = Atomic<Int64>(0)

    /// An empty store.
    public init() {}

    /// As the protocol says.
    public func recordLogin(
        of key: User.Key,
        unionID: String?,
        profile: UserProfile?,
        now: Int64
    ) async throws(StoreError) -> (user: User, isNew: Bool) {
        shards.withLock(of: key) { users in
            let known = users[key]
            var user = known ?? User(key: key, createdAt: now, lastLoginAt: now)
            user.lastLoginAt = now
            if let unionID { user.unionID = unionID }
            if let profile {
                user.profile = profile
                if user.id == nil {
                    user.id = lastID.add(1, ordering: .relaxed).newValue
                }
            }
            users[key] = user
            return (user, known == nil)
        }
    }

    /// As the protocol says.
    public func user(_ key: User.Key) async throws(StoreError) -> User? {
        shards.withLock(of: key) { $0[key] }
    }
}
