internal import OpenSSL
internal import WeChat

/// Opens the session_keys that the store keeps sealed. One a loop.
final class SessionKeyVault {
    private let users: any UserStore
    private let records: RecordCipher
    private let clock: WallClock

    init(users: any UserStore, records: RecordCipher, clock: WallClock) {
        self.users = users
        self.records = records
        self.clock = clock
    }

    /// The keys of a user that may still be of use. One that no data key opens any more counts as not there: the client
    /// is told to log in again, which brings a new one.
    ///
    /// - Throws: `invalidToken` when there is no such user: he was erased since his token was checked.
    func keys(of user: User.Key) async throws(GatewayError) -> UserSessionKeys {
        let now = clock.milliseconds
        let sealed = try await StoreError.ask { () throws(StoreError) in
            try await users.sessionKeys(of: user, now: now)
        }
        guard let newest = sealed.first else {
            let known = try await StoreError.ask { () throws(StoreError) in try await users.user(user) }
            guard known != nil else { throw .invalidToken(.replaced) }
            return UserSessionKeys(newest: nil)
        }
        var older: [SessionKey] = []
        for record in sealed.dropFirst() {
            if let key = try open(record, of: user) { older.append(key) }
        }
        return UserSessionKeys(newest: try open(newest, of: user), older: older)
    }

    private func open(_ record: SealedRecord, of user: User.Key) throws(GatewayError) -> SessionKey? {
        let text = try GatewayError.ofLibrary { () throws(OpenSSLError) in
            try records.open(record, for: .sessionKey, of: user)
        }
        return text.flatMap { SessionKey(String(decoding: $0, as: UTF8.self)) }
    }
}
