internal import Gateway

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
            let recorded = try tables.users.prepare(login)
            try tables.sessions.step(
                login.key,
                { $0.open(session, identity: recorded.user.identity, limit: limit, now: now) },
                write: { state throws(SQLiteError) in try tables.users.write(recorded, sessions: state) }
            )
            return (recorded.user, recorded.isNew)
        }
    }
}
