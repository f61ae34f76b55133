internal import WeChat

/// The life of one code: exchanged once, its session opened once, whoever asks and however often.
///
/// Decides without lock, clock or task. `Waiter` is whatever the shell wakes a request by.
struct CodeStateMachine<Waiter> {
    /// What a request that waited for the exchange is told.
    enum ExchangeOutcome {
        /// WeChat's answer; the request goes on with its user data.
        case exchanged(WeChatSession)
        /// The session belongs to another client.
        case used
        case failed(WeChatError)
    }

    /// What a request that waited for the session is told.
    enum LoginOutcome {
        case opened(OpenedLogin)
        case failed(GatewayError)
    }

    enum EnterAction {
        case wait
        case exchanged(WeChatSession)
        case used
        /// The exchange failed a moment ago, while this request was on its way here.
        case failed(WeChatError)
        /// Too many wait for this code already.
        case refused
    }

    enum LoginAction {
        /// This request opens the session and reports with `loginEnded`.
        case open
        case wait(Waiter)
        case opened(RememberedLogin)
    }

    /// Requests that wait for one code: far more than any client retries, and few enough to wake in one turn.
    static var waitersMax: Int { 4096 }

    fileprivate struct Entry {
        let id: Int
        let client: ClientIdentity
        let waiter: Waiter
    }

    /// Those who waited for the exchange, and what each of them is told.
    struct ToldExchange: RandomAccessCollection {
        fileprivate let entries: [Entry]
        fileprivate let owner: ClientIdentity
        fileprivate let result: Result<WeChatSession, WeChatError>

        var startIndex: Int { 0 }
        var endIndex: Int { entries.count }

        subscript(position: Int) -> (Waiter, ExchangeOutcome) {
            let entry = entries[position]
            return switch result {
            case .failure(let error): (entry.waiter, .failed(error))
            // The first is the owner by definition, also when two of its addresses say nothing.
            case .success(let session) where position == 0 || owner.isSame(as: entry.client):
                (entry.waiter, .exchanged(session))
            case .success: (entry.waiter, .used)
            }
        }
    }

    private enum Exchange {
        case running
        case ended(WeChatSession)
        case failed(WeChatError)
    }

    private enum Login {
        case notOpened
        case opening
        case opened(RememberedLogin)
    }

    /// Whose session it is; while the exchange runs, of whom it will be if everybody hangs up.
    private(set) var owner: ClientIdentity
    private var exchange = Exchange.running
    private var login = Login.notOpened
    /// Who waits for the exchange.
    private var entries: [Entry] = []
    /// Who waits for the session.
    private var waiters: [Waiter] = []

    /// A code whose exchange the given client has asked for.
    init(leader: ClientIdentity) {
        owner = leader
    }

    /// Whether WeChat's answer is still awaited.
    var isExchanging: Bool {
        if case .running = exchange { true } else { false }
    }

    /// A request with this code arrives.
    ///
    /// - Parameter mayRepeat: it is a POST within the replay window, so it may be a client's repeat of a lost reply.
    mutating func enter(_ client: ClientIdentity, id: Int, waiter: Waiter, mayRepeat: Bool) -> EnterAction {
        switch exchange {
        case .running:
            if entries.count >= Self.waitersMax { return .refused }
            entries.append(Entry(id: id, client: client, waiter: waiter))
            return .wait
        case .ended(let session):
            return mayRepeat && owner.isSame(as: client) ? .exchanged(session) : .used
        case .failed(let error):
            return .failed(error)
        }
    }

    /// A waiting request has gone; the exchange goes on for the others, or for the client's repeat.
    mutating func leave(id: Int) {
        entries.removeAll { $0.id == id }
    }

    /// WeChat has answered, or not. Whoever waits longest owns the session; if everybody hung up, the one who began.
    mutating func exchangeEnded(_ result: Result<WeChatSession, WeChatError>) -> ToldExchange {
        guard case .running = exchange else { return ToldExchange(entries: [], owner: owner, result: result) }
        switch result {
        case .failure(let error): exchange = .failed(error)
        case .success(let session): exchange = .ended(session)
        }
        if let first = entries.first { owner = first.client }
        defer { entries = [] }
        return ToldExchange(entries: entries, owner: owner, result: result)
    }

    /// A request of the owner, whose user data holds, wants the session.
    ///
    /// - Parameter waiter: made only for a request that has to wait.
    mutating func login(waiter: @autoclosure () -> Waiter) -> LoginAction {
        guard case .ended = exchange else {
            preconditionFailure("only a request that knows the exchange asks for its session")
        }
        switch login {
        case .notOpened:
            login = .opening
            return .open
        case .opening:
            let waiter = waiter()
            waiters.append(waiter)
            return .wait(waiter)
        case .opened(let opened):
            return .opened(opened)
        }
    }

    /// The request that opens the session is done; after a failure the next one may try.
    mutating func loginEnded(_ result: Result<OpenedLogin, GatewayError>) -> [(Waiter, LoginOutcome)] {
        guard case .opening = login else { return [] }
        let told = waiters
        waiters = []
        switch result {
        case .success(let opened):
            login = .opened(opened.remembered)
            return told.map { ($0, .opened(opened)) }
        case .failure(let error):
            login = .notOpened
            return told.map { ($0, .failed(error)) }
        }
    }
}
