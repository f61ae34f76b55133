/// What a store knows of the session that a signed, unexpired token names.
public enum SessionLookup: Equatable, Sendable {
    /// The token is good.
    case live(LiveSession)
    /// The session has ended, or another token took the place of this one.
    case ended(SessionEnd)
}

/// Why a session ended; what is not remembered any more counts as `replaced` (contract, *Token*).
public enum SessionEnd: Sendable {
    case replaced, revoked, loggedOut
}

/// What came of a refresh.
public enum SessionRefresh: Equatable, Sendable {
    /// The new token is the session's current one.
    case refreshed(LiveSession)
    /// Somebody with the same token was faster: this is the token that he got.
    case repeated(LiveSession, next: SealedRecord)
    /// The session has ended, or the token is an older one.
    case ended(SessionEnd)
}

/// Keeps the sessions. Any loop; implementations are shared by all.
///
/// Every call names the user, so that an implementation can do all it needs for one user in one atomic step: that is what
/// makes single sign-on hold under parallel logins. What a step comes to is decided by ``UserSessions`` everywhere. A call
/// that changes something returns after the change is as safe as the store makes anything (in every store but the one in
/// memory it survives `kill -9`); a call that throws has changed nothing. `now` is in Unix seconds.
public protocol SessionStore: Sendable {
    /// Stores a new session and ends older ones of the same user and channel, in one atomic step.
    ///
    /// A session of the same `device` is replaced first and overlaps for `UserSessions.deviceOverlap`; overlaps of other
    /// devices end; then the oldest end, until at most `limit` (0: no limit) are live together with the new one.
    func open(
        _ session: Session,
        of user: User.Key,
        identity: UserIdentity,
        limit: Int,
        now: Int64
    ) async throws(StoreError)

    /// The session behind a token; answered without waiting for a disk.
    func lookup(_ user: User.Key, _ token: TokenDigests, now: Int64) async throws(StoreError) -> SessionLookup

    /// What ``lookup(_:_:now:)`` would say, said at once: a check that is answered so needs no task. nil: the store has to
    /// be asked by `lookup`.
    func lookupNow(_ user: User.Key, _ token: TokenDigests, now: Int64) -> SessionLookup?

    /// Gives the session a new token, if `token` is its current one; that one stays good for `UserSessions.refreshOverlap`.
    ///
    /// - Parameter sealed: the new token, for whoever asks again with the old one.
    func refresh(
        _ user: User.Key,
        _ token: TokenDigests,
        to next: SessionToken,
        sealed: SealedRecord,
        now: Int64
    ) async throws(StoreError) -> SessionRefresh

    /// Ends the session if the token is good, with all overlaps of its channel, and remembers why until it would have
    /// expired. As `replaced` nothing is remembered, and the session is beyond recovery from the store's files.
    ///
    /// - Returns: what the lookup would have said before.
    func end(
        _ user: User.Key,
        _ token: TokenDigests,
        as reason: SessionEnd,
        now: Int64
    ) async throws(StoreError) -> SessionLookup

    /// Ends all sessions of a user and remembers why.
    ///
    /// - Returns: how many there were.
    func endAll(of user: User.Key, as reason: SessionEnd, now: Int64) async throws(StoreError) -> Int

    /// The live sessions of a user, oldest first.
    func sessions(of user: User.Key, now: Int64) async throws(StoreError) -> [Session]

    /// Tells the live sessions of a user what is known of him now; nothing when he has none.
    func setIdentity(_ identity: UserIdentity, of user: User.Key) async throws(StoreError)

    /// Ends all sessions of a user and forgets that there were any, beyond recovery from the store's files.
    func erase(_ user: User.Key) async throws(StoreError)

    /// Forgets some of what has expired, little enough to be done on a loop (or hands that to the store's own thread);
    /// called about once a second.
    func sweep(now: Int64)

    /// Why the store cannot serve now, in words for an operator; nil: it can. Never waits.
    var trouble: String? { get }
}

extension SessionStore {
    /// Has to be asked: for stores outside this process.
    public func lookupNow(_ user: User.Key, _ token: TokenDigests, now: Int64) -> SessionLookup? { nil }
}
