internal import OpenSSL
internal import UV
internal import WeChat

/// Logs clients in: code → WeChat's exchange → user → session → token. One a loop.
///
/// What loops must agree on lives in ``CodeExchange`` and the stores.
final class LoginService {
    private let loop: EventLoop
    private let codes: ExchangeService
    private let users: any UserStore
    private let profiles: ProfileService
    private let sessions: SessionService
    private let checker: UserDataChecker
    private let records: RecordCipher
    private let sha256: SHA256
    private let erasures: Erasures
    private let clock: WallClock

    init(
        on loop: EventLoop,
        codes: ExchangeService,
        users: any UserStore,
        profiles: ProfileService,
        sessions: SessionService,
        checker: UserDataChecker,
        records: RecordCipher,
        erasures: Erasures,
        clock: WallClock
    ) throws(OpenSSLError) {
        self.loop = loop
        self.codes = codes
        self.users = users
        self.profiles = profiles
        self.sessions = sessions
        self.checker = checker
        self.records = records
        sha256 = try SHA256()
        self.erasures = erasures
        self.clock = clock
    }

    /// Logs in; the whole of contract section 3, *login*.
    ///
    /// - Throws: `GatewayError`; `CancellationError` when the client hung up.
    func login(_ request: LoginRequest) async throws -> LoginReply {
        let (record, weChatSession) = try await codes.session(for: request)
        let key = User.Key(appID: request.app.id, openID: weChatSession.openID)
        let profile = try checker.profile(
            in: request.userData,
            of: key,
            under: UserSessionKeys(newest: weChatSession.sessionKey)
        )
        let (action, waiter) = record.login(on: loop)
        switch action {
        case .open:
            return try await open(request, record, key, weChatSession, profile: profile)
        case .opened(let opened):
            guard try await sessions.isCurrent(opened.issued) else { throw GatewayError.codeUsed }
            return try await reply(opened, key: key, profile: profile)
        case .wait:
            // Nothing is freed by giving up here: whoever opens the session goes on.
            switch await waiter.outcome(onCancel: {}) {
            case .opened(let opened): return try await reply(opened, key: key, profile: profile)
            case .loginFailed(let error): throw error
            default: throw CancellationError()
            }
        }
    }

    private func open(
        _ request: LoginRequest,
        _ record: CodeRecord,
        _ key: User.Key,
        _ weChatSession: WeChatSession,
        profile: UserProfile?
    ) async throws(GatewayError) -> LoginReply {
        do throws(GatewayError) {
            let erased = erasures.count
            let login = UserLogin(
                key: key,
                unionID: weChatSession.unionID,
                profile: profile,
                sessionKey: try StoredSessionKey(
                    weChatSession.sessionKey,
                    of: key,
                    sealedBy: records,
                    hashedBy: sha256
                ),
                now: clock.milliseconds
            )
            let (user, isNew) = try await StoreError.ask { () throws(StoreError) in try await users.recordLogin(login) }
            let issued = try await sessions.open(
                for: key,
                identity: user.identity,
                channel: .mini,
                device: request.device
            )
            if erasures.count != erased { try await requireUser(of: issued) }
            let opened = OpenedLogin(issued: issued, isNew: isNew)
            record.loginEnded(.success(opened))
            return reply(opened, user)
        } catch {
            record.loginEnded(.failure(error))
            throw error
        }
    }

    /// Somebody was erased while this session was opened. If it was its user, the session may have come after the end of
    /// all his sessions, and must not outlive him.
    private func requireUser(of issued: IssuedToken) async throws(GatewayError) {
        let user = try await StoreError.ask { () throws(StoreError) in try await users.user(issued.user) }
        guard user == nil else { return }
        do throws(GatewayError) {
            try await sessions.logOut(issued.token)
        } catch {
            // Ended with the others, which is as good.
            guard case .invalidToken = error else { throw error }
        }
        throw .codeUsed
    }

    /// The reply to a client that shares the session, or asks once more for it; what it proved of its profile counts.
    private func reply(
        _ opened: OpenedLogin,
        key: User.Key,
        profile: UserProfile?
    ) async throws(GatewayError) -> LoginReply {
        let user = try await profiles.user(key, saving: profile)
        // Erased in the meantime, and the session with him.
        guard let user else { throw .codeUsed }
        return reply(opened, user)
    }

    private func reply(_ opened: OpenedLogin, _ user: User) -> LoginReply {
        LoginReply(
            token: opened.issued.token,
            isNew: opened.isNew,
            user: user,
            expiresIn: sessions.seconds(until: opened.issued.expiresAt)
        )
    }
}
