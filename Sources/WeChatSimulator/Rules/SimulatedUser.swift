/// One user of one app, as the simulator knows them.
public struct SimulatedUser: Sendable {
    /// What tells one user from all others.
    struct Key: Hashable, Sendable {
        let appid: String
        let openid: String
    }

    /// The user's id within the app: 28 characters.
    public let openid: String
    /// The user's id across the apps of one Open Platform account; absent when the app belongs to none.
    public var unionid: String?
    /// Whether WeChat takes the user for high-risk and refuses the login with 40226.
    public var isBlocked = false
    /// The nickname of the profile, for encrypted user data.
    public var nickName: String?
    /// The picture of the profile, for encrypted user data.
    public var avatarUrl: String?
    /// The user's keys, newest first: only the first is current. At most three are kept.
    public private(set) var sessionKeys: [String] = []

    /// Whether logins leave the key alone because somebody set it.
    private(set) var isSessionKeyPinned = false
    private var lastLogin: UnixTime?
    private var loginMinute = QuotaWindow()

    init(openid: String, unionid: String?) {
        self.openid = openid
        self.unionid = unionid
    }

    /// Sets the current key, the base64 of 16 bytes; logins return it until it is unpinned.
    public mutating func pin(sessionKey: String) {
        isSessionKeyPinned = true
        if sessionKeys.first != sessionKey { push(sessionKey) }
    }

    /// Makes a new key, as a `wx.login` on the user's phone may at any time, and lets logins rotate it again.
    mutating func rotateSessionKey(using generator: inout SeededGenerator) {
        isSessionKeyPinned = false
        push(Identifier.sessionKey(using: &generator))
    }

    /// Lets logins rotate the key again.
    public mutating func unpinSessionKey() {
        isSessionKeyPinned = false
    }

    /// Counts a login attempt. Returns false when the user's quota for this minute is used up.
    mutating func takeLogin(limit: Int, at now: UnixTime) -> Bool {
        loginMinute.take(limit: limit, in: now.minute)
    }

    /// The key that an exchange returns now.
    mutating func currentSessionKey(using generator: inout SeededGenerator) -> String {
        if sessionKeys.isEmpty { push(Identifier.sessionKey(using: &generator)) }
        return sessionKeys[0]
    }

    /// The key that the phone has after a `wx.login` now.
    @discardableResult
    mutating func sessionKey(
        at now: UnixTime,
        policy: SessionKeyPolicy,
        using generator: inout SeededGenerator
    ) -> String {
        let previous = lastLogin
        lastLogin = now
        if let current = sessionKeys.first {
            if isSessionKeyPinned { return current }
            if policy == .keepWhileActive, let previous, now - previous <= SessionKeyPolicy.idleMax { return current }
        }
        let key = Identifier.sessionKey(using: &generator)
        push(key)
        return key
    }

    private mutating func push(_ key: String) {
        sessionKeys.insert(key, at: 0)
        if sessionKeys.count > SessionKeyPolicy.keysKept { sessionKeys.removeLast() }
    }
}

extension SimulatedUser: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The openid; never a key.
    public var description: String { "SimulatedUser(\(openid))" }
    /// The openid; never a key.
    public var debugDescription: String { description }
    /// Empty, so that a dump shows no key.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
