public import UV

/// Logins over stores in memory, without a wait. Any thread.
public struct MemoryLoginStore: LoginStore {
    private let users: MemoryUserStore
    private let sessions: MemorySessionStore

    /// Logins of these users, whose sessions are there.
    public init(users: MemoryUserStore, sessions: MemorySessionStore) {
        self.users = users
        self.sessions = sessions
    }

    /// As the protocol says. Never nil: an erasure comes before or after it, and sessions are erased after their user too.
    public func logIn(
        _ login: UserLogin,
        opening session: Session,
        limit: Int,
        now: Int64
    ) async throws(StoreError) -> (user: User, isNew: Bool)? {
        logInNow(login, opening: session, limit: limit, now: now)
    }

    /// As the protocol says, at once.
    public func startLogIn(
        _ login: UserLogin,
        opening session: Session,
        limit: Int,
        now: Int64,
        on loop: EventLoop,
        onEnd: @escaping @Sendable (LoginStoreOutcome) -> Void
    ) {
        onEnd(.success(logInNow(login, opening: session, limit: limit, now: now)))
    }

    private func logInNow(
        _ login: UserLogin,
        opening session: Session,
        limit: Int,
        now: Int64
    ) -> (user: User, isNew: Bool) {
        let key = UserDigester.ofMemoryStores.digest(of: login.key)
        return users.record(login, of: key) { user in
            sessions.insert(session, of: key, identity: user.identity, limit: limit, now: now)
        }
    }
}
