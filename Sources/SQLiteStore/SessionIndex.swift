internal import Gateway

/// All sessions in memory, as they are on disk: what a session check is answered from. Any thread reads, only the store's
/// thread writes.
final class SessionIndex: Sendable {
    /// What is kept of one user.
    struct Entry: Sendable {
        var sessions: UserSessions
        /// The row that holds them.
        var row: Int64
    }

    private let users = UserShards<[User.Key: Entry]>([:])

    func sessions(of user: User.Key) -> UserSessions? {
        users.withLock(of: user) { $0[user]?.sessions }
    }

    func lookup(_ user: User.Key, _ token: TokenDigests, now: Int64) -> SessionLookup {
        users.withLock(of: user) { $0[user]?.sessions.lookup(token, now: now) } ?? .ended(.replaced)
    }

    func entry(of user: User.Key) -> Entry? {
        users.withLock(of: user) { $0[user] }
    }

    func set(_ entry: Entry?, of user: User.Key) {
        users.withLock(of: user) { $0[user] = entry }
    }

    /// Some users of one share of all for whom time has ended something.
    func expired(ofTurn turn: Int, max: Int, now: Int64) -> [User.Key] {
        users.withLock(ofTurn: turn) { users in
            var found: [User.Key] = []
            for (user, entry) in users where entry.sessions.hasExpired(now: now) {
                found.append(user)
                if found.count == max { break }
            }
            return found
        }
    }

    /// Users with sessions; for tests and the start's log line.
    var count: Int { users.sum(\.count) }
}
