import WeChat

@testable import Gateway

/// A store during whose logins and erasures something else happens: between the user's record and his session, or just
/// before the record goes.
struct InterruptedUserStore: UserStore {
    private let store: any UserStore
    private let afterLogin: @Sendable () async -> Void
    private let beforeErasure: @Sendable () async -> Void

    init(
        _ store: any UserStore,
        afterLogin: @escaping @Sendable () async -> Void = {},
        beforeErasure: @escaping @Sendable () async -> Void = {}
    ) {
        self.store = store
        self.afterLogin = afterLogin
        self.beforeErasure = beforeErasure
    }

    func recordLogin(_ login: UserLogin) async throws(StoreError) -> (user: User, isNew: Bool) {
        let recorded = try await store.recordLogin(login)
        await afterLogin()
        return recorded
    }

    func user(_ key: User.Key) async throws(StoreError) -> User? { try await store.user(key) }

    func user(id: Int64) async throws(StoreError) -> User? { try await store.user(id: id) }

    func users(unionID: String) async throws(StoreError) -> [User] { try await store.users(unionID: unionID) }

    func saveProfile(_ profile: UserProfile, of key: User.Key) async throws(StoreError) -> User? {
        try await store.saveProfile(profile, of: key)
    }

    func savePhone(_ phone: SealedRecord, of key: User.Key) async throws(StoreError) -> User? {
        try await store.savePhone(phone, of: key)
    }

    func sessionKeys(of key: User.Key, now: Int64) async throws(StoreError) -> [SealedRecord] {
        try await store.sessionKeys(of: key, now: now)
    }

    func erase(_ key: User.Key) async throws(StoreError) -> Bool {
        await beforeErasure()
        return try await store.erase(key)
    }

    func sweep(now: Int64) { store.sweep(now: now) }

    var trouble: String? { store.trouble }
}
