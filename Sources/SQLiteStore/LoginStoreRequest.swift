internal import Gateway
internal import UV

/// A login for whose outcome no task is suspended.
final class LoginStoreRequest: StoreRequest, @unchecked Sendable {
    private let login: UserLogin
    private let session: Session
    private let limit: Int
    private let now: Int64
    private let onEnd: @Sendable (LoginStoreOutcome) -> Void
    /// Of the store's thread until it is delivered.
    private var answer: (user: User, isNew: Bool)?

    /// As ``EmbeddedLoginStore/startLogIn(_:opening:limit:now:on:onEnd:)`` takes it.
    init(
        _ login: UserLogin,
        opening session: Session,
        limit: Int,
        now: Int64,
        on loop: EventLoop,
        onEnd: @escaping @Sendable (LoginStoreOutcome) -> Void
    ) {
        self.login = login
        self.session = session
        self.limit = limit
        self.now = now
        self.onEnd = onEnd
        super.init(.write, on: loop)
    }

    override func perform(on tables: StoreTables) throws(SQLiteError) {
        answer = try tables.logIn(login, opening: session, limit: limit, now: now)
    }

    override func deliver(_ isDone: Bool) {
        // A failure comes from whoever found it.
        guard let loop, !loop.isOnLoop else { return end(isDone) }
        loop.execute { self.end(isDone) }
    }

    private func end(_ isDone: Bool) {
        if isDone, let answer { onEnd(.success(answer)) } else { onEnd(.failure(.unavailable)) }
    }
}

extension StoreTables {
    /// Records a login and opens its session, in one row.
    func logIn(
        _ login: UserLogin,
        opening session: Session,
        limit: Int,
        now: Int64
    ) throws(SQLiteError) -> (user: User, isNew: Bool) {
        let recorded = try users.prepare(login)
        try sessions.step(
            login.key,
            { $0.open(session, identity: recorded.user.identity, limit: limit, now: now) },
            write: { state throws(SQLiteError) in try users.write(recorded, sessions: state) }
        )
        return (recorded.user, recorded.isNew)
    }
}
