internal import OpenSSL
internal import WeChat

/// What operators may ask of users and do to them (contract section 5). One a loop.
final class UserAdministration {
    let apps: AppRegistry
    private let users: any UserStore
    private let sessions: any SessionStore
    private let records: RecordCipher
    private let erasures: Erasures
    private let clock: WallClock

    init(
        apps: AppRegistry,
        users: any UserStore,
        sessions: any SessionStore,
        records: RecordCipher,
        erasures: Erasures,
        clock: WallClock
    ) {
        self.apps = apps
        self.users = users
        self.sessions = sessions
        self.records = records
        self.erasures = erasures
        self.clock = clock
    }

    /// The users that are meant and that the key may see.
    ///
    /// - Throws: `notFound` when there is none; `forbidden` when the one who is meant is of an app that the key is not for.
    func find(_ selection: UserSelection, with key: AdminKey) async throws(GatewayError) -> [User] {
        let found: [User]
        switch selection {
        case .id(let id):
            found = try await StoreError.ask { () throws(StoreError) in try await users.user(id: id).map { [$0] } ?? []
            }
            try require(key, for: found)
        case .key(let user):
            guard key.isFor(appID: user.appID) else { throw .otherApp }
            found = try await StoreError.ask { () throws(StoreError) in try await users.user(user).map { [$0] } ?? [] }
        case .unionID(let unionID):
            found = try await StoreError.ask { () throws(StoreError) in try await users.users(unionID: unionID) }
                .filter { key.isFor(appID: $0.key.appID) }
        }
        guard !found.isEmpty else { throw .noSuchUser }
        return found
    }

    /// Erases all of the users that are meant and that the key may see: what was stored of them, and their sessions.
    ///
    /// Throws as ``find(_:with:)`` does.
    func erase(_ selection: UserSelection, with key: AdminKey) async throws(GatewayError) {
        for user in try await find(selection, with: key) { try await erase(user.key) }
    }

    /// The phone number of a user, if one is bound that a data key of ours still opens.
    func phone(of user: User) throws(GatewayError) -> BoundPhone? {
        guard let sealed = user.phone else { return nil }
        return try GatewayError.ofLibrary { () throws(OpenSSLError) in
            try records.open(sealed, for: .phone, of: user.key)
        }
        .flatMap { BoundPhone(json: $0) }
    }

    /// The live sessions of a user, oldest first.
    func sessions(of user: User) async throws(GatewayError) -> [Session] {
        try await StoreError.ask { () throws(StoreError) in
            try await sessions.sessions(of: user.key, now: clock.seconds)
        }
    }

    /// Ends all sessions of a user, whose tokens then say `revoked`.
    func revokeSessions(of user: User) async throws(GatewayError) {
        _ = try await StoreError.ask { () throws(StoreError) in
            try await sessions.endAll(of: user.key, as: .revoked, now: clock.seconds)
        }
    }

    /// Sessions go before the user, so that an erasure which fails half way can be asked for again; and once more after
    /// him, because one may have been opened in between.
    private func erase(_ user: User.Key) async throws(GatewayError) {
        try await StoreError.ask { () throws(StoreError) in
            try await sessions.erase(user)
            _ = try await users.erase(user)
            erasures.add()
            try await sessions.erase(user)
        }
    }

    private func require(_ key: AdminKey, for users: [User]) throws(GatewayError) {
        guard users.allSatisfy({ key.isFor(appID: $0.key.appID) }) else { throw .otherApp }
    }
}

extension GatewayError {
    static var otherApp: GatewayError { .forbidden("The key is not for this app.") }
}
