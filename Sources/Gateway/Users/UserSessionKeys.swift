internal import WeChat

/// The session_keys under which a user's client may have signed or encrypted.
struct UserSessionKeys: Sendable {
    /// That of the last login; nil when there is none, or none that a data key of ours still opens.
    let newest: SessionKey?
    /// Displaced ones, newest first.
    let older: [SessionKey]

    init(newest: SessionKey?, older: [SessionKey] = []) {
        self.newest = newest
        self.older = older
    }

    /// All, in the order in which they are tried.
    var newestFirst: [SessionKey] { (newest.map { [$0] } ?? []) + older }

    /// The same, each with whether it is the newest.
    var attempts: [(isNewest: Bool, key: SessionKey)] {
        (newest.map { [(true, $0)] } ?? []) + older.map { (false, $0) }
    }

    var isEmpty: Bool { newest == nil && older.isEmpty }
}
