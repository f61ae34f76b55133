internal import OpenSSL
internal import UV
internal import WeChat

/// What the logins of one loop are made with: each is a ``LoginAttempt``. One a loop.
final class LoginService {
    let loop: EventLoop
    let codes: ExchangeService
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

    /// Whom WeChat says the client is, and the profile that it proved.
    func user(
        _ login: LoginRequest,
        _ session: WeChatSession
    ) throws(GatewayError) -> (User.Key, UserProfile?) {
        let key = User.Key(appID: login.app.id, openID: session.openID)
        let keys = UserSessionKeys(newest: session.sessionKey)
        return (key, try checker.profile(in: login.userData, of: key, under: keys))
    }

    /// Makes a session and its token, and what is to be stored of the login, all of no use until that is done.
    func begin(
        _ login: LoginRequest,
        _ key: User.Key,
        _ weChatSession: WeChatSession,
        _ profile: UserProfile?
    ) throws(GatewayError) -> (OpeningLogin, UserLogin, Session) {
        let user = UserLogin(
            key: key,
            unionID: weChatSession.unionID,
            profile: profile,
            sessionKey: try StoredSessionKey(weChatSession.sessionKey, of: key, sealedBy: records, hashedBy: sha256),
            now: clock.milliseconds
        )
        let (issued, session, seed) = try sessions.begin(for: key, channel: .mini, device: login.device)
        return (OpeningLogin(weChatSession: weChatSession, issued: issued, seed: seed), user, session)
    }

    /// Stores a login.
    ///
    /// - Parameter onEnd: as `LoginStore.startLogIn` takes it.
    func store(_ user: UserLogin, _ session: Session, onEnd: @escaping @Sendable (LoginStoreOutcome) -> Void) {
        logins.startLogIn(
            user,
            opening: session,
            limit: sessions.limit(of: .mini),
            now: session.createdAt,
            on: loop,
            onEnd: onEnd
        )
    }

    /// The login of a repeat.
    func again(_ login: RememberedLogin, _ key: User.Key) throws(GatewayError) -> OpenedLogin {
        let issued = try sessions.again(login.seed, for: key, channel: .mini)
        return OpenedLogin(issued: issued, seed: login.seed, isNew: login.isNew)
    }

    /// The reply to a client that shares the session, or asks once more for it; what it proved of its profile counts.
    ///
    /// - Parameter isRepeat: gets a reply only while the session is still as the login made it.
    func reply(
        _ opened: OpenedLogin,
        _ key: User.Key,
        _ profile: UserProfile?,
        isRepeat: Bool
    ) async throws(GatewayError) -> LoginReply {
        if isRepeat { guard try await sessions.isCurrent(opened.issued) else { throw .codeUsed } }
        let user = try await profiles.user(key, saving: profile)
        // Erased in the meantime, and the session with him.
        guard let user else { throw .codeUsed }
        return reply(opened, user, expiresIn: sessions.seconds(until: opened.issued.expiresAt))
    }

    /// The reply to a client whose session is open.
    func reply(_ opened: OpenedLogin, _ user: User, expiresIn: Int) -> LoginReply {
        LoginReply(token: opened.issued.token, isNew: opened.isNew, user: user, expiresIn: expiresIn)
    }
}
