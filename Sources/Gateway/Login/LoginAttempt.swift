internal import HTTPServer
internal import UV
internal import WeChat

/// One login from its request to its reply: code → WeChat's exchange → user and session → token. On its loop.
///
/// The one object of a login, and no task on its common way: it waits on the record of its code, is called by the exchange
/// and by the store, and is the reply to its client. What loops must agree on lives in ``CodeExchange`` and the stores.
class LoginAttempt: PromisedReply, CodeWaiter, @unchecked Sendable {
    /// What it waits for.
    private enum Step {
        case nothing
        /// The exchange of the code, in this place of its record.
        case exchange(place: Int)
        /// The store, which opens the session; the record of the code is told whatever becomes of the client.
        case store(OpeningLogin)
        /// Somebody else with the same code, who opens the session.
        case session(User.Key, UserProfile?)
        /// What its client may be told of a session that was open before.
        case user(Task<Void, Never>)
    }

    private let login: LoginRequest
    private let service: LoginService
    /// Of the code, once there is one.
    private var record: CodeRecord?
    private var step = Step.nothing

    /// - Parameter request: to which the login's reply is due.
    init(_ login: LoginRequest, in request: Request, by service: LoginService) {
        self.login = login
        self.service = service
        super.init(to: request)
    }

    /// Begins; the whole of contract section 3, *login*.
    override func start() {
        switch service.codes.enter(login, waiter: self) {
        case .exchange(let record, let place):
            wait(on: record, place)
            service.codes.startExchange(login) { [self] in exchangeEnded($0) }
        case .wait(let record, let place): wait(on: record, place)
        case .exchanged(let record, let session): goOn(session, agreedOn: record)
        case .repeated(let session, let opened):
            orEnd { () throws(GatewayError) in
                let (key, profile) = try service.user(login, session)
                try again(opened, key, profile)
            }
        case .used: end(.failure(.codeUsed))
        case .failed(let error): end(.failure(service.codes.failure(error)))
        case .refused: end(.failure(service.codes.failure(.overloaded)))
        }
    }

    /// Frees its place. What the store was asked is done nevertheless, and so is the exchange.
    override func hungUp() {
        switch step {
        case .exchange(let place):
            step = .nothing
            record?.leave(CodeRecord.Place(id: place, waiter: self))
        case .user(let task):
            step = .nothing
            task.cancel()
        case .session: step = .nothing
        case .store, .nothing: break
        }
    }

    /// The reply, or why there is none; called once. Goes nowhere when the client has gone.
    func end(_ outcome: Result<LoginReply, GatewayError>) {
        switch outcome {
        case .success(let reply): send(.json(reply.json()))
        case .failure(let error): fail(error)
        }
    }

    private func orEnd(_ body: () throws(GatewayError) -> Void) {
        do throws(GatewayError) {
            try body()
        } catch {
            end(.failure(error))
        }
    }

    // MARK: - The code

    private func wait(on record: CodeRecord, _ place: CodeRecord.Place) {
        self.record = record
        step = .exchange(place: place.id)
    }

    /// The exchange outlives the request that began it: a code is single-use, so an exchange thrown away with a lost
    /// connection could never be repeated. It ends with WeChat's answer or time-out.
    private func exchangeEnded(_ result: Result<WeChatSession, WeChatError>) {
        guard let record else { return }
        service.codes.ended(record, result, login, in: request)
    }

    func resume(_ wake: CodeRecord.Wake) {
        let loop = service.loop
        if loop.isOnLoop { told(wake) } else { loop.execute { self.told(wake) } }
    }

    private func told(_ wake: CodeRecord.Wake) {
        switch (step, wake) {
        case (.exchange, .exchanged(let session)):
            step = .nothing
            if let record { goOn(session, agreedOn: record) }
        case (.exchange, .used): end(.failure(.codeUsed))
        case (.exchange, .exchangeFailed(let error)): end(.failure(service.codes.failure(error)))
        case (.session(let key, let profile), .opened(let opened)): ask(opened, key, profile, isRepeat: false)
        case (.session, .loginFailed(let error)): end(.failure(error))
        // The client hung up while this was on its way from another loop.
        default: break
        }
    }

    // MARK: - The session

    private func goOn(_ session: WeChatSession, agreedOn record: CodeRecord) {
        orEnd { () throws(GatewayError) in
            // What is wrong with its user data is nobody else's matter.
            let (key, profile) = try service.user(login, session)
            switch record.login(waiter: self) {
            case .open: open(key, session, profile, agreedOn: record)
            case .opened(let opened): try again(opened, key, profile)
            case .wait: step = .session(key, profile)
            }
        }
    }

    private func open(
        _ key: User.Key,
        _ session: WeChatSession,
        _ profile: UserProfile?,
        agreedOn record: CodeRecord
    ) {
        do throws(GatewayError) {
            let (opening, user, session) = try service.begin(login, key, session, profile)
            self.record = record
            step = .store(opening)
            service.store(user, session) { [self] in stored($0) }
        } catch {
            record.loginEnded(.failure(error))
            end(.failure(error))
        }
    }

    private func stored(_ outcome: LoginStoreOutcome) {
        guard case .store(let opening) = exchange(&step, with: .nothing), let record else { return }
        let error: GatewayError
        switch outcome {
        case .success((let user, let isNew)?):
            let opened = OpenedLogin(issued: opening.issued, seed: opening.seed, isNew: isNew)
            record.loginEnded(.success(opened))
            service.codes.opened(record, opening.weChatSession, opened.remembered)
            return end(.success(service.reply(opened, user, expiresIn: opening.issued.expiresIn)))
        // Erased in the midst of it.
        case .success(nil): error = .codeUsed
        case .failure: error = .storeUnavailable
        }
        record.loginEnded(.failure(error))
        end(.failure(error))
    }

    // MARK: - A session that is open

    private func again(_ login: RememberedLogin, _ key: User.Key, _ profile: UserProfile?) throws(GatewayError) {
        ask(try service.again(login, key), key, profile, isRepeat: true)
    }

    /// Asks the stores for the reply, by a task: a login seldom comes here.
    private func ask(_ opened: OpenedLogin, _ key: User.Key, _ profile: UserProfile?, isRepeat: Bool) {
        let actor = service.loop.actor
        step = .user(
            Task(name: "login", executorPreference: service.loop) {
                await actor.run { _ in
                    do throws(GatewayError) {
                        self.end(.success(try await self.service.reply(opened, key, profile, isRepeat: isRepeat)))
                    } catch {
                        self.end(.failure(error))
                    }
                }
            }
        )
    }
}
