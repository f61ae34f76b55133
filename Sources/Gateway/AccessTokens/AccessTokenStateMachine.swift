internal import WeChat

/// The access_token of one app: fetched when somebody needs it, by one fetch however many do.
///
/// Decides without lock, clock or task. `Waiter` is whatever the shell wakes a request by.
struct AccessTokenStateMachine<Waiter> {
    enum Action {
        case use(AccessToken)
        /// This request starts the fetch, which reports with `fetchEnded`, and waits like everybody.
        case fetch
        case wait
        /// Too many wait already.
        case refuse
    }

    /// How long before its end a token is not used any more, so that no call arrives after it.
    static var marginMilliseconds: Int64 { 60_000 }

    /// Requests that wait for one fetch: few enough to wake in one turn.
    static var waitersMax: Int { 4096 }

    private struct Current {
        let token: AccessToken
        /// Unix milliseconds.
        let usedUntil: Int64
    }

    private struct Entry {
        let id: Int
        let waiter: Waiter
    }

    private var current: Current?
    /// Those who wait for a fetch; nil while there is none.
    private var entries: [Entry]?

    /// A request needs the token.
    mutating func ask(id: Int, waiter: Waiter, now: Int64) -> Action {
        if let current, now < current.usedUntil { return .use(current.token) }
        guard entries != nil else {
            entries = [Entry(id: id, waiter: waiter)]
            return .fetch
        }
        guard entries?.count ?? 0 < Self.waitersMax else { return .refuse }
        entries?.append(Entry(id: id, waiter: waiter))
        return .wait
    }

    /// A waiting request has gone; the fetch goes on for the others and for the next.
    mutating func leave(id: Int) {
        entries?.removeAll { $0.id == id }
    }

    /// WeChat said that this token is dead. It may be long replaced, and then nothing is dropped.
    mutating func reject(_ token: AccessToken) {
        if current?.token == token { current = nil }
    }

    /// The fetch is over; after a failure the next request fetches again.
    ///
    /// - Returns: those to be told its outcome.
    mutating func fetchEnded(_ result: Result<IssuedAccessToken, WeChatError>, now: Int64) -> [Waiter] {
        if case .success(let issued) = result {
            let usedUntil = now + Int64(issued.expiresIn) * 1000 - Self.marginMilliseconds
            current = Current(token: issued.token, usedUntil: usedUntil)
        }
        let waiters = entries?.map(\.waiter) ?? []
        entries = nil
        return waiters
    }
}
