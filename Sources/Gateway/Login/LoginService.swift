internal import OpenSSL
internal import UV
internal import WeChat

/// Logs clients in: code → WeChat's exchange → user → session → token. One a loop.
///
/// What loops must agree on lives in ``CodeExchange`` and the stores.
final class LoginService {
    private let loop: EventLoop
    private let exchange: CodeExchange
    private let weChat: WeChatClient
    private let users: any UserStore
    private let profiles: ProfileService
    private let sessions: SessionService
    private let checker: UserDataChecker
    private let records: RecordCipher
    private let sha256: SHA256
    private let erasures: Erasures
    private let clock: WallClock
    private let failures: WeChatFailureLog

    init(
        on loop: EventLoop,
        exchange: CodeExchange,
        weChat: WeChatClient,
        users: any UserStore,
        profiles: ProfileService,
        sessions: SessionService,
        checker: UserDataChecker,
        records: RecordCipher,
        erasures: Erasures,
        clock: WallClock,
        failures: WeChatFailureLog
    ) throws(OpenSSLError) {
        self.loop = loop
        self.exchange = exchange
        self.weChat = weChat
        self.users = users
        self.profiles = profiles
        self.sessions = sessions
        self.checker = checker
        self.records = records
        sha256 = try SHA256()
        self.erasures = erasures
        self.clock = clock
        self.failures = failures
    }

    /// Logs in; the whole of contract section 3, *login*.
    ///
    /// - Throws: `GatewayError`; `CancellationError` when the client hung up.
    func login(_ request: LoginRequest) async throws -> LoginReply {
        let (record, weChatSession) = try await exchangeCode(of: request)
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

    // MARK: - The exchange

    private func exchangeCode(of request: LoginRequest) async throws -> (CodeRecord, WeChatSession) {
        let key = CodeKey(appID: request.app.id, code: request.code)
        let entry = exchange.enter(
            key,
            client: request.client,
            isPost: request.isPost,
            now: clock.milliseconds,
            on: loop
        )
        switch entry {
        case .exchange(let record, let place):
            startExchange(of: key, for: request, record)
            return (record, try await session(from: record, place, request))
        case .wait(let record, let place):
            return (record, try await session(from: record, place, request))
        case .exchanged(let record, let session):
            return (record, session)
        case .used:
            throw GatewayError.codeUsed
        case .failed(let error):
            throw GatewayError.upstream(WeChatFailure(error: error, now: clock.seconds))
        case .refused:
            throw GatewayError.upstream(WeChatFailure(error: .overloaded, now: clock.seconds))
        }
    }

    private func session(
        from record: CodeRecord,
        _ place: CodeRecord.Place,
        _ request: LoginRequest
    ) async throws -> WeChatSession {
        switch await place.waiter.outcome(onCancel: { record.leave(place) }) {
        case .exchanged(let session): return session
        case .used: throw GatewayError.codeUsed
        case .exchangeFailed(let error):
            throw GatewayError.upstream(WeChatFailure(error: error, now: clock.seconds))
        default: throw CancellationError()
        }
    }

    /// The exchange has a task of its own, because it outlives the request that began it: a code is single-use, so an
    /// exchange thrown away with a lost connection could never be repeated. It ends with WeChat's answer or time-out.
    private func startExchange(of key: CodeKey, for request: LoginRequest, _ record: CodeRecord) {
        let me = LoopBound(self, on: loop)
        let actor = loop.actor
        Task(name: "code2Session", executorPreference: loop) {
            await LoginService.runExchange(me, key, request, record, isolation: actor)
        }
    }

    private static func runExchange(
        _ service: LoopBound<LoginService>,
        _ key: CodeKey,
        _ request: LoginRequest,
        _ record: CodeRecord,
        isolation: isolated LoopActor
    ) async {
        let me = service.value
        let result: Result<WeChatSession, WeChatError>
        do throws(WeChatError) {
            result = .success(try await me.weChat.code2Session(app: request.app.weChat, code: key.code))
        } catch {
            result = .failure(error)
            me.failures.log(error, of: "code2Session", app: request.app, request.log)
        }
        var isSuccess = false
        if case .success = result { isSuccess = true }
        me.exchange.ended(key, record: record, isSuccess: isSuccess, now: me.clock.milliseconds)
        record.exchangeEnded(result)
    }

    // MARK: - The session

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
