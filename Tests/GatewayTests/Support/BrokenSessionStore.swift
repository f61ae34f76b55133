@testable import Gateway

/// A store that never answers.
struct BrokenSessionStore: SessionStore {
    func open(
        _ session: Session,
        of user: User.Key,
        identity: UserIdentity,
        limit: Int,
        now: Int64
    ) async throws(StoreError) { throw .unavailable }

    func lookup(_ user: User.Key, _ token: TokenDigests, now: Int64) async throws(StoreError) -> SessionLookup {
        throw .unavailable
    }

    func refresh(
        _ user: User.Key,
        _ token: TokenDigests,
        to next: SessionToken,
        sealed: SealedRecord,
        now: Int64
    ) async throws(StoreError) -> SessionRefresh { throw .unavailable }

    func end(
        _ user: User.Key,
        _ token: TokenDigests,
        as reason: SessionEnd,
        now: Int64
    ) async throws(StoreError) -> SessionLookup { throw .unavailable }

    func endAll(of user: User.Key, as reason: SessionEnd, now: Int64) async throws(StoreError) -> Int {
        throw .unavailable
    }

    func sessions(of user: User.Key, now: Int64) async throws(StoreError) -> [Session] { throw .unavailable }

    func setIdentity(_ identity: UserIdentity, of user: User.Key) async throws(StoreError) { throw .unavailable }

    func erase(_ user: User.Key) async throws(StoreError) { throw .unavailable }

    func sweep(now: Int64) {}

    var trouble: String? { "the disk is full" }
}
