internal import Gateway
internal import UV

/// Logins in an ``EmbeddedStore``: user and session in one step on its thread.
struct EmbeddedLoginStore: LoginStore {
    let client: StoreClient

    /// Never nil: an erasure comes before or after the step, and sessions are erased after their user too.
    func logIn(
        _ login: UserLogin,
        opening session: Session,
        limit: Int,
        now: Int64
    ) async throws(StoreError) -> (user: User, isNew: Bool)? {
        try await client.ask(.write) { tables throws(SQLiteError) in
            try tables.logIn(login, opening: session, limit: limit, now: now)
        }
    }

    /// As the protocol says. Never nil, as above.
    func startLogIn(
        _ login: UserLogin,
        opening session: Session,
        limit: Int,
        now: Int64,
        on loop: EventLoop,
        onEnd: @escaping @Sendable (LoginStoreOutcome) -> Void
    ) {
        client.start(LoginStoreRequest(login, opening: session, limit: limit, now: now, on: loop, onEnd: onEnd))
    }
}
