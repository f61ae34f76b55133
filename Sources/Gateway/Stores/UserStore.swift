public import WeChat

/// Keeps the users. Any loop; implementations are shared by all.
public protocol UserStore: Sendable {
    /// Records a login: makes the user if there is none, keeps a unionid and a profile that came with it.
    ///
    /// - Parameter now: Unix milliseconds.
    /// - Returns: the user as he is now, and whether this was his first login ever.
    func recordLogin(
        of key: User.Key,
        unionID: String?,
        profile: UserProfile?,
        now: Int64
    ) async throws(StoreError) -> (user: User, isNew: Bool)

    /// The user, if he ever logged in.
    func user(_ key: User.Key) async throws(StoreError) -> User?
}
