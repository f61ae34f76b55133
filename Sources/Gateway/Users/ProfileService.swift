internal import WeChat

/// Saves profiles and keeps what sessions know of their users in step. One a loop.
final class ProfileService {
    private let users: any UserStore
    private let sessions: any SessionStore

    init(users: any UserStore, sessions: any SessionStore) {
        self.users = users
        self.sessions = sessions
    }

    /// Saves the profile, if there is one.
    ///
    /// - Returns: the user as he is now, or nil when there is no such user.
    func user(_ key: User.Key, saving profile: UserProfile?) async throws(GatewayError) -> User? {
        guard let profile else {
            return try await StoreError.ask { () throws(StoreError) in try await users.user(key) }
        }
        let saved = try await StoreError.ask { () throws(StoreError) in
            try await users.saveProfile(profile, of: key)
        }
        guard let user = saved else { return nil }
        try await StoreError.ask { () throws(StoreError) in
            try await sessions.setIdentity(user.identity, of: key)
        }
        return user
    }
}
