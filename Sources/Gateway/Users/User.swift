public import WeChat

/// A user of one app, as far as the gateway knows him.
public struct User: Equatable, Sendable {
    /// (appid, openid): who he is.
    public struct Key: Hashable, Sendable {
        /// The app.
        public let appID: String
        /// The user within the app.
        public let openID: String

        /// Makes a key.
        public init(appID: String, openID: String) {
            self.appID = appID
            self.openID = openID
        }
    }

    /// Who he is.
    public let key: Key
    /// The same over the apps of one owner, when WeChat has given it.
    public var unionID: String?
    /// From one sequence over all apps, given with the first saved profile and never reused.
    public var id: Int64?
    /// Nickname and picture, once saved.
    public var profile: UserProfile?
    /// The phone number, encrypted; nil: none is bound.
    public var phone: SealedRecord?
    /// Unix milliseconds of the first login.
    public var createdAt: Int64
    /// Unix milliseconds of the last login.
    public var lastLoginAt: Int64

    /// A user as a first login makes him, or as a store kept him.
    public init(
        key: Key,
        unionID: String? = nil,
        id: Int64? = nil,
        profile: UserProfile? = nil,
        phone: SealedRecord? = nil,
        createdAt: Int64,
        lastLoginAt: Int64
    ) {
        self.key = key
        self.unionID = unionID
        self.id = id
        self.profile = profile
        self.phone = phone
        self.createdAt = createdAt
        self.lastLoginAt = lastLoginAt
    }

    /// What his sessions carry of him.
    public var identity: UserIdentity { UserIdentity(id: id, unionID: unionID) }
    /// Whether a phone number was saved.
    public var isMobileBound: Bool { phone != nil }
}
