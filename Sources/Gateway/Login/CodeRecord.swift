internal import Synchronization
internal import WeChat

/// One code that is being exchanged or was a moment ago, shared by all loops. Any thread.
final class CodeRecord: Sendable {
    /// What a waiting request may be told.
    enum Wake: Sendable {
        case exchanged(WeChatSession)
        case used
        case exchangeFailed(WeChatError)
        case opened(OpenedLogin)
        case loginFailed(GatewayError)
    }

    typealias Waiter = any CodeWaiter
    typealias Machine = CodeStateMachine<Waiter>

    private struct State {
        var machine: Machine
        var lastID = 0
    }

    /// Whose record it is.
    let key: CodeKey
    private let state: Mutex<State>

    /// A record whose exchange the given client leads.
    init(_ key: CodeKey, leader: ClientIdentity) {
        self.key = key
        state = Mutex(State(machine: Machine(leader: leader)))
    }

    /// Whose session it is, once the exchange has ended.
    var owner: ClientIdentity { state.withLock { $0.machine.owner } }

    /// A request's place among those that wait for the exchange.
    struct Place {
        let id: Int
        let waiter: Waiter
    }

    /// As the machine says; the place is what `leave` takes. On the loop of the request.
    func enter(_ client: ClientIdentity, mayRepeat: Bool, waiter: Waiter) -> (Machine.EnterAction, Place) {
        state.withLock { state in
            state.lastID += 1
            let place = Place(id: state.lastID, waiter: waiter)
            return (state.machine.enter(client, id: place.id, waiter: waiter, mayRepeat: mayRepeat), place)
        }
    }

    /// The request in this place has gone.
    func leave(_ place: Place) {
        state.withLock { $0.machine.leave(id: place.id) }
    }

    /// WeChat has answered: wakes everybody who waits.
    func exchangeEnded(_ result: Result<WeChatSession, WeChatError>) {
        // Woken outside the lock: a waiter on this loop runs on at once.
        for (waiter, outcome) in state.withLock({ $0.machine.exchangeEnded(result) }) {
            switch consume outcome {
            case .exchanged(let session): waiter.resume(.exchanged(session))
            case .used: waiter.resume(.used)
            case .failed(let error): waiter.resume(.exchangeFailed(error))
            }
        }
    }

    /// As the machine says. On the loop of the request.
    func login(waiter: Waiter) -> Machine.LoginAction {
        state.withLock { $0.machine.login(waiter: waiter) }
    }

    /// The session was opened, or not: wakes everybody who waits for it.
    func loginEnded(_ result: Result<OpenedLogin, GatewayError>) {
        for (waiter, outcome) in state.withLock({ $0.machine.loginEnded(result) }) {
            switch outcome {
            case .opened(let opened): waiter.resume(.opened(opened))
            case .failed(let error): waiter.resume(.loginFailed(error))
            }
        }
    }
}
