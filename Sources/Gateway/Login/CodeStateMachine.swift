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
        case opened(OpenedLogin)
    }

    /// Requests that wait for one code: far more than any client retries, and few enough to wake in one turn.
    static var waitersMax: Int { 4096 }

    private struct Entry {
        let id: Int
        let client: ClientIdentity
        let waiter: Waiter
    }

    private enum State {
        case exchanging(leader: ClientIdentity, [Entry])
        case exchanged(owner: ClientIdentity, WeChatSession, Login)
        case failed(WeChatError)
    }

    private enum Login {
        case notOpened
        case opening([Waiter])
        case opened(OpenedLogin)
    }

    private var state: State

    /// A code whose exchange the given client has asked for.
    init(leader: ClientIdentity) {
        state = .exchanging(leader: leader, [])
    }

    /// Whether WeChat's answer is still awaited.
    var isExchanging: Bool {
        if case .exchanging = state { true } else { false }
    }

    /// A request with this code arrives.
    ///
    /// - Parameter mayRepeat: it is a POST within the replay window, so it may be a client's repeat of a lost reply.
    mutating func enter(_ client: ClientIdentity, id: Int, waiter: Waiter, mayRepeat: Bool) -> EnterAction {
        switch state {
        case .exchanging(let leader, var entries):
            if entries.count >= Self.waitersMax { return .refused }
            // The state lets go of the array, so that appending does not copy everybody who waits.
            state = .exchanging(leader: leader, [])
            entries.append(Entry(id: id, client: client, waiter: waiter))
            state = .exchanging(leader: leader, entries)
            return .wait
        case .exchanged(let owner, let session, _):
            return mayRepeat && owner.isSame(as: client) ? .exchanged(session) : .used
        case .failed(let error):
            return .failed(error)
        }
    }

    /// A waiting request has gone; the exchange goes on for the others, or for the client's repeat.
    mutating func leave(id: Int) {
        guard case .exchanging(let leader, var entries) = state else { return }
        entries.removeAll { $0.id == id }
        state = .exchanging(leader: leader, entries)
    }

    /// WeChat has answered, or not. Whoever waits longest owns the session; if everybody hung up, the one who began.
    mutating func exchangeEnded(_ result: Result<WeChatSession, WeChatError>) -> [(Waiter, ExchangeOutcome)] {
        guard case .exchanging(let leader, let entries) = state else { return [] }
        switch result {
        case .failure(let error):
            state = .failed(error)
            return entries.map { ($0.waiter, .failed(error)) }
        case .success(let session):
            let owner = entries.first?.client ?? leader
            state = .exchanged(owner: owner, session, .notOpened)
            // The first is the owner by definition, also when two of its addresses say nothing.
            return entries.enumerated().map { position, entry in
                let isOwner = position == 0 || owner.isSame(as: entry.client)
                return (entry.waiter, isOwner ? .exchanged(session) : .used)
            }
        }
    }

    /// A request of the owner, whose user data holds, wants the session.
    ///
    /// - Parameter waiter: made only for a request that has to wait.
    mutating func login(waiter: @autoclosure () -> Waiter) -> LoginAction {
        guard case .exchanged(let owner, let session, let login) = state else {
            preconditionFailure("only a request that knows the exchange asks for its session")
        }
        switch login {
        case .notOpened:
            state = .exchanged(owner: owner, session, .opening([]))
            return .open
        case .opening(var waiters):
            state = .exchanged(owner: owner, session, .opening([]))
            let waiter = waiter()
            waiters.append(waiter)
            state = .exchanged(owner: owner, session, .opening(waiters))
            return .wait(waiter)
        case .opened(let opened):
            return .opened(opened)
        }
    }

    /// The request that opens the session is done; after a failure the next one may try.
    mutating func loginEnded(_ result: Result<OpenedLogin, GatewayError>) -> [(Waiter, LoginOutcome)] {
        guard case .exchanged(let owner, let session, .opening(let waiters)) = state else { return [] }
        switch result {
        case .success(let opened):
            state = .exchanged(owner: owner, session, .opened(opened))
            return waiters.map { ($0, .opened(opened)) }
        case .failure(let error):
            state = .exchanged(owner: owner, session, .notOpened)
            return waiters.map { ($0, .failed(error)) }
        }
    }
}
