import WeChat

@testable import Gateway

/// A store of users during whose looks something else happens. Of one test's own task.
final class ErasingUserStore: UserStore, @unchecked Sendable {
    private let store: MemoryUserStore
    private let erasures: Erasures
    private var isErasing = false
    private var interruption: (() async throws -> Void)?

    init(_ store: MemoryUserStore, _ erasures: Erasures) {
        self.store = store
        self.erasures = erasures
    }

    /// The user is found once more, and erased in this moment.
    func erasesAfterNextLook() { isErasing = true }

    /// Once.
    func beforeNextLook(_ body: @escaping () async throws -> Void) { interruption = body }

    func user(_ key: User.Key) async throws(StoreError) -> User? {
        if let body = interruption {
            interruption = nil
            do { try await body() } catch { throw .unavailable }
        }
        let user = try await store.user(key)
        if isErasing {
            isErasing = false
            _ = try await store.erase(key)
            erasures.add()
        }
        return user
    }

    func recordLogin(_ login: UserLogin) async throws(StoreError) -> (user: User, isNew: Bool) {
        try await store.recordLogin(login)
    }

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

    func erase(_ key: User.Key) async throws(StoreError) -> Bool { try await store.erase(key) }

    func sweep(now: Int64) { store.sweep(now: now) }

    var trouble: String? { store.trouble }
}
