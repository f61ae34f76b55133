internal import Synchronization
public import WeChat

/// Users in memory, gone with the process. Any thread.
public final class MemoryUserStore: UserStore {
    private struct State {
        var users: [User.Key: User] = [:]
        var lastID: Int64 = 0
    }

    private let state = Mutex(State())

    /// An empty store.
    public init() {}

    /// As the protocol says.
    public func recordLogin(
        of key: User.Key,
        unionID: String?,
        profile: UserProfile?,
        now: Int64
    ) async throws(StoreError) -> (user: User, isNew: Bool) {
        state.withLock { state in
            let known = state.users[key]
            var user = known ?? User(key: key, createdAt: now, lastLoginAt: now)
            user.lastLoginAt = now
            if let unionID { user.unionID = unionID }
            if let profile {
                user.profile = profile
                if user.id == nil {
                    state.lastID += 1
                    user.id = state.lastID
                }
            }
            state.users[key] = user
            return (user, known == nil)
        }
    }

    /// As the protocol says.
    public func user(_ key: User.Key) async throws(StoreError) -> User? {
        state.withLock { $0.users[key] }
    }
}
