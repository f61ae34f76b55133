internal import Gateway
internal import WeChat

/// The users of an ``EmbeddedStore``: each call is one step on its thread.
final class EmbeddedUserStore: UserStore {
    private let client: StoreClient

    init(client: StoreClient) {
        self.client = client
    }

    func recordLogin(_ login: UserLogin) async throws(StoreError) -> (user: User, isNew: Bool) {
        try await client.ask(.write) { tables throws(SQLiteError) in try tables.users.recordLogin(login) }
    }

    func user(_ key: User.Key) async throws(StoreError) -> User? {
        try await client.ask(.read) { tables throws(SQLiteError) in try tables.users.user(key) }
    }

    func user(id: Int64) async throws(StoreError) -> User? {
        try await client.ask(.read) { tables throws(SQLiteError) in try tables.users.user(id: id) }
    }

    func users(unionID: String) async throws(StoreError) -> [User] {
        try await client.ask(.read) { tables throws(SQLiteError) in try tables.users.users(unionID: unionID) }
    }

    func saveProfile(_ profile: UserProfile, of key: User.Key) async throws(StoreError) -> User? {
        try await client.ask(.write) { tables throws(SQLiteError) in try tables.users.saveProfile(profile, of: key) }
    }

    func savePhone(_ phone: SealedRecord, of key: User.Key) async throws(StoreError) -> User? {
        try await client.ask(.write) { tables throws(SQLiteError) in try tables.users.savePhone(phone, of: key) }
    }

    func sessionKeys(of key: User.Key, now: Int64) async throws(StoreError) -> [SealedRecord] {
        try await client.ask(.read) { tables throws(SQLiteError) in try tables.users.sessionKeys(of: key, now: now) }
    }

    func erase(_ key: User.Key) async throws(StoreError) -> Bool {
        try await client.ask(.write) { tables throws(SQLiteError) in
            let existed = try tables.users.erase(key)
            if existed { tables.emptyLogAfterCommit() }
            return existed
        }
    }

    func sweep(now: Int64) {
        client.sweepUsers(now: now)
    }

    var trouble: String? { client.trouble }
}
