import Gateway
import WeChat

/// Users, sessions and records by short names.
enum StoreSamples {
    static let appID = "wx4f4bc4dec97d474b"

    static func user(_ name: String = "oUser", app: String = appID) -> User.Key {
        User.Key(appID: app, openID: name)
    }

    /// A digest that is another one for each name (FNV-1a).
    static func digest(_ name: String) -> TokenDigest {
        let hash = name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return TokenDigest(high: hash, low: ~hash)
    }

    /// The names in the first token of a session, or in the one that a refresh gave.
    static func token(_ sid: String, _ jti: String? = nil) -> TokenDigests {
        TokenDigests(sid: digest(sid), jti: digest(jti ?? "jti-\(sid)"))
    }

    static func session(_ sid: String, device: String? = nil, expiresAt: Int64 = 1_000) -> Session {
        Session(
            sid: digest(sid),
            token: SessionToken(jti: digest("jti-\(sid)"), expiresAt: expiresAt),
            channel: .mini,
            device: device,
            createdAt: 0
        )
    }

    static func sealed(_ text: String) -> SealedRecord { SealedRecord(bytes: Array(text.utf8)) }

    static func key(_ name: String) -> StoredSessionKey {
        StoredSessionKey(sealed: sealed(name), fingerprint: digest(name).high)
    }

    static func profile(_ name: String) -> UserProfile {
        UserProfile(nickName: name, avatarURL: "https://a.example/\(name)")
    }
}

extension SessionStore {
    func open(_ sid: String, of user: User.Key, limit: Int = 1, expiresAt: Int64 = 1_000) async throws(StoreError) {
        let session = StoreSamples.session(sid, expiresAt: expiresAt)
        try await open(session, of: user, identity: UserIdentity(), limit: limit, now: 0)
    }

    func refresh(_ user: User.Key, _ sid: String, to next: String) async throws(StoreError) -> SessionRefresh {
        try await refresh(
            user,
            StoreSamples.token(sid),
            to: SessionToken(jti: StoreSamples.digest(next), expiresAt: 2_000),
            sealed: StoreSamples.sealed(next),
            now: 1
        )
    }

    /// Whether the first token of a session is good, or another.
    func isLive(_ user: User.Key, _ sid: String, _ jti: String? = nil, now: Int64 = 1) async throws -> Bool {
        if case .live = try await lookup(user, StoreSamples.token(sid, jti), now: now) { true } else { false }
    }
}

extension LoginStore {
    func logIn(
        _ login: UserLogin,
        _ sid: String,
        limit: Int = 1
    ) async throws(StoreError) -> (user: User, isNew: Bool)? {
        try await logIn(login, opening: StoreSamples.session(sid), limit: limit, now: 0)
    }
}
