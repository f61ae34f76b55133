/// What a store knows of the session that a signed, unexpired token names.
public enum SessionLookup: Equatable, Sendable {
    /// The token is the session's current one.
    case live(Session)
    /// The session has ended, or another token took the place of this one.
    case ended(SessionEnd)
}

/// Why a session ended; what is not remembered any more counts as `replaced` (contract, *Token*).
public enum SessionEnd: Sendable {
    case replaced, revoked, loggedOut
}

/// Keeps the sessions. Any loop; implementations are shared by all.
///
/// Every call names the user, so that an implementation can do all it needs for one user in one atomic step: that is what
/// makes single sign-on hold under parallel logins.
public protocol SessionStore: Sendable {
    /// Stores a new session and ends older ones of the same user and channel, in one atomic step.
    ///
    /// A session of the same `device` is ended first; then the oldest ones, until at most `limit` (0: no limit) are
    /// live together with the new one.
    func open(_ session: Session, limit: Int, now: Int64) async throws(StoreError)

    /// The session behind a token of this `sid` and `jti`. `now` in Unix seconds.
    func lookup(_ user: User.Key, sid: String, jti: String, now: Int64) async throws(StoreError) -> SessionLookup

    /// Ends the session if the token is its current one, and remembers why until the token expires.
    ///
    /// - Returns: what the lookup would have said before.
    func end(
        _ user: User.Key,
        sid: String,
        jti: String,
        as reason: SessionEnd,
        now: Int64
    ) async throws(StoreError) -> SessionLookup

    /// Forgets some of what has expired, little enough to be done on a loop; called about once a second. Unix seconds.
    func sweep(now: Int64)
}
