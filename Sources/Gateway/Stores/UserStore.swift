public import WeChat

/// What a login tells about its user.
public struct UserLogin: Sendable {
    /// Who logs in.
    public let key: User.Key
    /// His unionid, when WeChat gave it; nil leaves what is known.
    public let unionID: String?
    /// A profile that came along and was proven; nil leaves what is known.
    public let profile: UserProfile?
    /// The session_key of this login; nil leaves what is known.
    public let sessionKey: StoredSessionKey?
    /// Unix milliseconds.
    public let now: Int64

    /// Puts one together.
    public init(
        key: User.Key,
        unionID: String? = nil,
        profile: UserProfile? = nil,
        sessionKey: StoredSessionKey? = nil,
        now: Int64
    ) {
        self.key = key
        self.unionID = unionID
        self.profile = profile
        self.sessionKey = sessionKey
        self.now = now
    }
}

/// Keeps the users: one record a (appid, openid). Any loop; implementations are shared by all.
///
/// A call that changes something returns after the change is as safe as the store makes anything: what the gateway
/// acknowledges survives `kill -9` in every store but the one in memory. A call that throws has changed nothing. Calls are
/// answered within a bounded time.
public protocol UserStore: Sendable {
    /// Stores that a user logged in, in one atomic step; `isNew` for the first time ever, of which there is exactly one
    /// however many come at once. The first profile brings the numeric id. `SessionKeyHistory` says what becomes of the
    /// session_keys.
    func recordLogin(_ login: UserLogin) async throws(StoreError) -> (user: User, isNew: Bool)

    /// The user, or nil when he never logged in or was erased.
    func user(_ key: User.Key) async throws(StoreError) -> User?

    /// The user with this numeric id, or nil.
    func user(id: Int64) async throws(StoreError) -> User?

    /// The users of all apps that share a unionid, in the order of their appids.
    func users(unionID: String) async throws(StoreError) -> [User]

    /// Saves name and picture and gives the numeric id if there is none yet: from one sequence over all apps, never
    /// reused, also not after an erasure or a restart.
    ///
    /// - Returns: the user as he is now; nil, and nothing saved, when there is no such user.
    func saveProfile(_ profile: UserProfile, of key: User.Key) async throws(StoreError) -> User?

    /// Saves the encrypted phone number.
    ///
    /// - Returns: the user as he is now; nil, and nothing saved, when there is no such user.
    func savePhone(_ phone: SealedRecord, of key: User.Key) async throws(StoreError) -> User?

    /// The session_keys that may decrypt this user's data at `now` (Unix milliseconds), newest first.
    func sessionKeys(of key: User.Key, now: Int64) async throws(StoreError) -> [SealedRecord]

    /// Erases all of a user; false when there was no such user. Beyond recovery from the store's files too, at once or, where
    /// that takes long, by the next sweeps.
    func erase(_ key: User.Key) async throws(StoreError) -> Bool

    /// Removes some of what has expired, little enough to be done on a loop (or hands that to the store's own thread);
    /// called about once a second. Unix milliseconds.
    func sweep(now: Int64)

    /// Why the store cannot serve now, in words for an operator; nil: it can. Never waits.
    var trouble: String? { get }
}
