/// A login as two steps of two stores that know nothing of each other, with an eye on erasures between them. Any loop.
struct ComposedLoginStore: LoginStore {
    private let users: any UserStore
    private let sessions: any SessionStore
    private let erasures: Erasures

    /// - Parameter erasures: those of the same users.
    init(users: any UserStore, sessions: any SessionStore, erasures: Erasures) {
        self.users = users
        self.sessions = sessions
        self.erasures = erasures
    }

    /// As the protocol says.
    func logIn(
        _ login: UserLogin,
        opening session: Session,
        limit: Int,
        now: Int64
    ) async throws(StoreError) -> (user: User, isNew: Bool)? {
        let erased = erasures.count
        let recorded = try await users.recordLogin(login)
        try await sessions.open(session, of: login.key, identity: recorded.user.identity, limit: limit, now: now)
        // If it was this user, the session may have come after the end of all his sessions, and must not outlive him.
        guard erasures.count != erased, try await users.user(login.key) == nil else { return recorded }
        // Taken back: not even its end is remembered.
        let token = TokenDigests(sid: session.sid, jti: session.token.jti)
        _ = try await sessions.end(login.key, token, as: .replaced, now: now)
        return nil
    }
}
