internal import Synchronization
public import WeChat

/// Users in memory, gone with the process. Any thread.
public final class MemoryUserStore: UserStore {
    /// An object, so that a table that grows moves references only: it holds its lock meanwhile.
    private final class Record {
        var user: User
        var sessionKeys = SessionKeyHistory()

        init(user: User) {
            self.user = user
        }

        /// Takes over what a login tells.
        func update(from login: UserLogin, lastID: inout Int64) -> User {
            user.lastLoginAt = login.now
            if let unionID = login.unionID { user.unionID = unionID }
            if let sessionKey = login.sessionKey { sessionKeys.record(sessionKey, now: login.now) }
            if let profile = login.profile { set(profile, lastID: &lastID) }
            return user
        }

        func set(_ profile: UserProfile, lastID: inout Int64) {
            user.profile = profile
            if user.id != nil { return }
            lastID += 1
            user.id = lastID
        }
    }

    private struct Table {
        var records: [UserDigest: Record] = [:]
        var keys: [Int64: UserDigest] = [:]
        var lastID: Int64 = 0

        mutating func record(_ login: UserLogin, of key: UserDigest) -> (user: User, isNew: Bool) {
            let before = lastID
            let known = records[key]
            let record = known ?? Record(user: User(key: login.key, createdAt: login.now, lastLoginAt: login.now))
            if known == nil { records[key] = record }
            let user = record.update(from: login, lastID: &lastID)
            if lastID != before { keys[lastID] = key }
            return (user, known == nil)
        }

        mutating func save(_ profile: UserProfile, of key: UserDigest) -> User? {
            let before = lastID
            records[key]?.set(profile, lastID: &lastID)
            if lastID != before { keys[lastID] = key }
            return records[key]?.user
        }
    }

    // One lock: this store serves tests and load tests, where a step takes less than a microsecond.
    private let table = Mutex(Table())
    private let digester = UserDigester.ofMemoryStores

    /// An empty store.
    public init() {}

    /// As the protocol says.
    public func recordLogin(_ login: UserLogin) async throws(StoreError) -> (user: User, isNew: Bool) {
        record(login, of: digester.digest(of: login.key)) { _ in }
    }

    /// ``recordLogin(_:)`` at once.
    ///
    /// - Parameters:
    ///   - key: the user's, by ``UserDigester/ofMemoryStores``.
    ///   - and: done before anybody else comes to a user, so that no erasure falls between the two. Asks nothing
    ///     of this store.
    func record(_ login: UserLogin, of key: UserDigest, and: (User) -> Void) -> (user: User, isNew: Bool) {
        table.withLock { table in
            let recorded = table.record(login, of: key)
            and(recorded.user)
            return recorded
        }
    }

    /// As the protocol says.
    public func user(_ key: User.Key) async throws(StoreError) -> User? {
        let key = digester.digest(of: key)
        return table.withLock { $0.records[key]?.user }
    }

    /// As the protocol says.
    public func user(id: Int64) async throws(StoreError) -> User? {
        table.withLock { table in table.keys[id].flatMap { table.records[$0]?.user } }
    }

    /// As the protocol says. Looks at everybody, which is good enough for tests.
    public func users(unionID: String) async throws(StoreError) -> [User] {
        table.withLock { table in
            table.records.values.map(\.user).filter { $0.unionID == unionID }
        }
        .sorted { ($0.key.appID, $0.key.openID) < ($1.key.appID, $1.key.openID) }
    }

    /// As the protocol says.
    public func saveProfile(_ profile: UserProfile, of key: User.Key) async throws(StoreError) -> User? {
        let key = digester.digest(of: key)
        return table.withLock { $0.save(profile, of: key) }
    }

    /// As the protocol says.
    public func savePhone(_ phone: SealedRecord, of key: User.Key) async throws(StoreError) -> User? {
        let key = digester.digest(of: key)
        return table.withLock { table in
            table.records[key]?.user.phone = phone
            return table.records[key]?.user
        }
    }

    /// As the protocol says.
    public func sessionKeys(of key: User.Key, now: Int64) async throws(StoreError) -> [SealedRecord] {
        let key = digester.digest(of: key)
        return table.withLock { $0.records[key]?.sessionKeys.usable(now: now) ?? [] }
    }

    /// As the protocol says.
    public func erase(_ key: User.Key) async throws(StoreError) -> Bool {
        let key = digester.digest(of: key)
        return table.withLock { table in
            guard let record = table.records.removeValue(forKey: key) else { return false }
            if let id = record.user.id { table.keys[id] = nil }
            return true
        }
    }

    /// Displaced session_keys are few and small; the next login drops them.
    public func sweep(now: Int64) {}

    /// Memory always answers.
    public var trouble: String? { nil }
}
