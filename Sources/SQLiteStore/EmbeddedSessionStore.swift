internal import Gateway

/// The sessions of an ``EmbeddedStore``: questions are answered from memory, changes are steps on its thread.
final class EmbeddedSessionStore: ResidentSessionStore {
    private let client: StoreClient
    private let index: SessionIndex

    init(client: StoreClient, index: SessionIndex) {
        self.client = client
        self.index = index
    }

    var rows: SessionRows { index }

    func open(
        _ session: Session,
        of user: User.Key,
        identity: UserIdentity,
        limit: Int,
        now: Int64
    ) async throws(StoreError) {
        try await client.ask(.write) { tables throws(SQLiteError) in
            tables.sessions.step(user) { sessions in
                sessions.open(session, identity: identity, limit: limit, now: now)
                return ((), true)
            }
        }
    }

    func lookup(_ user: User.Key, _ token: TokenDigests, now: Int64) async throws(StoreError) -> SessionLookup {
        index.lookup(user, token, now: now)
    }

    func lookupNow(_ user: User.Key, _ token: TokenDigests, now: Int64) -> SessionLookup? {
        index.lookup(user, token, now: now)
    }

    func refresh(
        _ user: User.Key,
        _ token: TokenDigests,
        to next: SessionToken,
        sealed: SealedRecord,
        now: Int64
    ) async throws(StoreError) -> SessionRefresh {
        try await client.ask(.write) { tables throws(SQLiteError) in
            tables.sessions.step(user) { sessions in
                let outcome = sessions.refresh(token, to: next, sealed: sealed, now: now)
                if case .refreshed = outcome { return (outcome, true) }
                return (outcome, false)
            }
        }
    }

    func end(
        _ user: User.Key,
        _ token: TokenDigests,
        as reason: SessionEnd,
        now: Int64
    ) async throws(StoreError) -> SessionLookup {
        try await client.ask(.write) { tables throws(SQLiteError) in
            tables.sessions.step(user) { sessions in
                let found = sessions.end(token, as: reason, now: now)
                guard case .live = found else { return (found, false) }
                if reason == .replaced { tables.emptyLogAfterCommit() }
                return (found, true)
            }
        }
    }

    func endAll(of user: User.Key, as reason: SessionEnd, now: Int64) async throws(StoreError) -> Int {
        try await client.ask(.write) { tables throws(SQLiteError) in
            tables.sessions.step(user) { sessions in
                let hadAny = !sessions.isEmpty
                return (sessions.endAll(as: reason, now: now), hadAny)
            }
        }
    }

    func sessions(of user: User.Key, now: Int64) async throws(StoreError) -> [Session] {
        index.entry(of: index.digest(of: user))?.sessions.active(now: now) ?? []
    }

    func setIdentity(_ identity: UserIdentity, of user: User.Key) async throws(StoreError) {
        try await client.ask(.write) { tables throws(SQLiteError) in
            tables.sessions.step(user) { sessions in
                let before = sessions.identity
                if sessions.isEmpty { return ((), false) }
                sessions.setIdentity(identity)
                return ((), sessions.identity != before)
            }
        }
    }

    func erase(_ user: User.Key) async throws(StoreError) {
        try await client.ask(.write) { tables throws(SQLiteError) in
            tables.sessions.erase(user)
            tables.emptyLogAfterCommit()
        }
    }

    func sweep(now: Int64) {
        client.sweepSessions(now: now)
    }

    var trouble: String? { client.trouble }
}
