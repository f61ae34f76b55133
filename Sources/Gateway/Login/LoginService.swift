internal import OpenSSL
internal import UV
internal import WeChat

/// Logs clients in: code → WeChat's exchange → user → session → token. One a loop.
///
/// What loops must agree on lives in ``CodeExchange`` and the stores.
final class LoginService {
    private let loop: EventLoop
    private let codes: ExchangeService
    private let logins: any LoginStore
    private let profiles: ProfileService
    private let sessions: SessionService
    private let checker: UserDataChecker
    private let records: RecordCipher
    private let sha256: SHA256
    private let clock: WallClock

    init(
        on loop: EventLoop,
        codes: ExchangeService,
        logins: any LoginStore,
        profiles: ProfileService,
        sessions: SessionService,
        checker: UserDataChecker,
        records: RecordCipher,
        clock: WallClock
    ) throws(OpenSSLError) {
        self.loop = loop
        self.codes = codes
        self.logins = logins
        self.profiles = profiles
        self.sessions = sessions
        self.checker = checker
        self.records = records
        sha256 = try SHA256()
        self.clock = clock
    }

    /// Logs in; the whole of contract section 3, *login*.
    ///
    /// - Throws: `GatewayError`; `CancellationError` when the client hung up.
    func login(_ request: LoginRequest) async throws -> LoginReply {
        switch try await codes.session(for: request) {
        case .session(let session, let record):
            return try await login(request, session, agreedOn: record)
        case .repeated(let session, let login):
            let key = User.Key(appID: request.app.id, openID: session.openID)
            let profile = try profile(in: request, of: key, session)
            return try await again(login, key: key, profile: profile)
        }
    }

    private func profile(
        in request: LoginRequest,
        of key: User.Key,
        _ session: WeChatSession
    ) throws(GatewayError) -> UserProfile? {
        try checker.profile(in: request.userData, of: key, under: UserSessionKeys(newest: session.sessionKey))
    }

    private func login(
        _ request: LoginRequest,
        _ weChatSession: WeChatSession,
        agreedOn record: CodeRecord
    ) async throws -> LoginReply {
        let key = User.Key(appID: request.app.id, openID: weChatSession.openID)
        let profile = try profile(in: request, of: key, weChatSession)
        switch record.login(on: loop) {
        case .open:
            return try await open(request, record, key, weChatSession, profile: profile)
        case .opened(let login):
            return try await again(login, key: key, profile: profile)
        case .wait(let waiter):
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
            let (issued, session, seed) = try sessions.begin(for: key, channel: .mini, device: request.device)
            let recorded = try await StoreError.ask { () throws(StoreError) in
                try await logins.logIn(
                    login,
                    opening: session,
                    limit: sessions.limit(of: .mini),
                    now: session.createdAt
                )
            }
            // Erased in the midst of it.
            guard let (user, isNew) = recorded else { throw .codeUsed }
            let opened = OpenedLogin(issued: issued, seed: seed, isNew: isNew)
            record.loginEnded(.success(opened))
            codes.opened(record, weChatSession, opened.remembered)
            return reply(opened, user, expiresIn: issued.expiresIn)
        } catch {
            record.loginEnded(.failure(error))
            throw error
        }
    }

    /// The reply to a repeat, whose session is still as the login made it.
    private func again(
        _ login: RememberedLogin,
        key: User.Key,
        profile: UserProfile?
    ) async throws(GatewayError) -> LoginReply {
        let issued = try sessions.again(login.seed, for: key, channel: .mini)
        guard try await sessions.isCurrent(issued) else { throw .codeUsed }
        let opened = OpenedLogin(issued: issued, seed: login.seed, isNew: login.isNew)
        return try await reply(opened, key: key, profile: profile)
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
        return reply(opened, user, expiresIn: sessions.seconds(until: opened.issued.expiresAt))
    }

    private func reply(_ opened: OpenedLogin, _ user: User, expiresIn: Int) -> LoginReply {
        LoginReply(token: opened.issued.token, isNew: opened.isNew, user: user, expiresIn: expiresIn)
    }
}
