internal import HTTPServer
internal import OpenSSL
internal import WeChat

/// What a logged-in client may know and change of its user (contract section 3). One a loop.
///
/// A user who was erased since his token was checked is told that the session is gone, as if the check came later.
final class UserService {
    private let users: any UserStore
    private let profiles: ProfileService
    private let keys: SessionKeyVault
    private let checker: UserDataChecker
    private let records: RecordCipher
    private let apps: AppRegistry
    private let weChat: any WeChatUserAPI
    private let clock: WallClock
    private let failures: WeChatFailureLog

    init(
        users: any UserStore,
        profiles: ProfileService,
        keys: SessionKeyVault,
        checker: UserDataChecker,
        records: RecordCipher,
        apps: AppRegistry,
        weChat: any WeChatUserAPI,
        clock: WallClock,
        failures: WeChatFailureLog
    ) {
        self.users = users
        self.profiles = profiles
        self.keys = keys
        self.checker = checker
        self.records = records
        self.apps = apps
        self.weChat = weChat
        self.clock = clock
        self.failures = failures
    }

    /// The user behind a session.
    func user(of session: CheckedSession) async throws(GatewayError) -> User {
        try present(
            try await StoreError.ask { () throws(StoreError) in try await users.user(session.user) }
        )
    }

    /// Saves a profile. What is proven wins over what a client just says; an anonymous profile proves nothing.
    ///
    /// - Returns: the user as he is now.
    func save(_ update: ProfileUpdate, of session: CheckedSession) async throws(GatewayError) -> User {
        var profile: UserProfile?
        if !update.userData.isEmpty {
            let keys = try await keys.keys(of: session.user)
            profile = try checker.profile(in: update.userData, of: session.user, under: keys)
        }
        if profile == nil { profile = try update.plainProfile() }
        return try present(try await profiles.user(session.user, saving: profile))
    }

    /// Decrypts what the user's client got from WeChat; the signature, if there is one, is checked first.
    func decrypt(
        _ encrypted: UserData.Encrypted,
        signed: UserData.Signed?,
        of session: CheckedSession
    ) async throws(GatewayError) -> UserDataChecker.Decrypted {
        let keys = try await keys.keys(of: session.user)
        if let signed { try checker.checkSignature(signed, under: keys) }
        return try checker.decrypt(encrypted, of: session.user, under: keys)
    }

    /// Binds the user's phone number.
    ///
    /// - Returns: the number, for its owner.
    func bindPhone(
        _ request: PhoneRequest,
        of session: CheckedSession,
        log: RequestLog
    ) async throws(GatewayError) -> BoundPhone {
        let number =
            switch request {
            case .code(let code): try await phoneNumber(code: code, of: session.user, log: log)
            case .encrypted(let encrypted): try await phoneNumber(in: encrypted, of: session)
            }
        let phone = BoundPhone(number)
        let json = phone.json()
        let sealed = try GatewayError.ofLibrary { () throws(OpenSSLError) in
            try records.seal(json.span, for: .phone, of: session.user)
        }
        _ = try present(
            try await StoreError.ask { () throws(StoreError) in try await users.savePhone(sealed, of: session.user) }
        )
        return phone
    }

    /// Whether WeChat still knows the session_key of the user's last login; without a key there is nothing to ask.
    func isSessionKeyValid(of session: CheckedSession, log: RequestLog) async throws(GatewayError) -> Bool {
        let app = try apps.app(named: session.user.appID)
        guard let key = try await keys.keys(of: session.user).newest else { return false }
        return try await ask("checksession", app, log) { () throws(WeChatError) in
            try await weChat.isValid(key, of: session.user.openID, app: app)
        }
    }

    // MARK: - The phone number

    private func phoneNumber(
        code: PhoneCode,
        of user: User.Key,
        log: RequestLog
    ) async throws(GatewayError) -> PhoneNumber {
        let app = try apps.app(named: user.appID)
        let number = try await ask("getuserphonenumber", app, log) { () throws(WeChatError) in
            try await weChat.phoneNumber(code: code, of: user.openID, app: app)
        }
        guard number.appID == app.id else { throw .watermarkMismatch }
        return number
    }

    private func phoneNumber(
        in encrypted: UserData.Encrypted,
        of session: CheckedSession
    ) async throws(GatewayError) -> PhoneNumber {
        let decrypted = try await decrypt(encrypted, signed: nil, of: session)
        guard let number = PhoneNumber.parse(json: decrypted.data.json) else {
            throw .invalidRequest("encryptedData holds no phone number.")
        }
        return number
    }

    private func ask<Answer>(
        _ api: String,
        _ app: App,
        _ log: RequestLog,
        _ question: () async throws(WeChatError) -> Answer
    ) async throws(GatewayError) -> Answer {
        do throws(WeChatError) {
            return try await question()
        } catch {
            failures.log(error, of: api, app: app, log)
            throw .upstream(WeChatFailure(error: error, now: clock.seconds))
        }
    }

    private func present(_ user: User?) throws(GatewayError) -> User {
        guard let user else { throw .invalidToken(.replaced) }
        return user
    }
}
