internal import Synchronization
internal import UV
internal import WeChat

/// The access_tokens of all apps, in memory, each fetched once for all loops when a call first needs it.
///
/// One instance a gateway. Any thread.
final class AccessTokens: Sendable {
    /// What a request that waits for a token is told.
    private typealias Waiter = LoopWaiter<Result<AccessToken, WeChatError>>
    private typealias Machine = AccessTokenStateMachine<Waiter>

    private struct State {
        var machines: [AppID: Machine] = [:]
        var lastID = 0
    }

    private let clock: WallClock
    private let state = Mutex(State())

    init(clock: WallClock) {
        self.clock = clock
    }

    /// Makes a call with the app's token; once more with a new one when WeChat says that the token is dead.
    ///
    /// A token dies before its time when somebody else refreshes it or its app's secret is reset. It is fetched again
    /// at most once a call, and never by force, which would kill the token that other gateways use.
    ///
    /// - Parameter weChat: the client of the loop that calls.
    /// - Throws: the call's error or the fetch's; `.cancelled` when the request hung up meanwhile.
    func withToken<Value>(
        of app: WeChatApp,
        through weChat: WeChatClient,
        _ call: (AccessToken) async throws(WeChatError) -> Value
    ) async throws(WeChatError) -> Value {
        let token = try await token(of: app, through: weChat)
        do throws(WeChatError) {
            return try await call(token)
        } catch {
            guard case .invalidAccessToken = error else { throw error }
            reject(token, of: app.id)
            let next = try await self.token(of: app, through: weChat)
            guard next != token else { throw error }
            return try await call(next)
        }
    }

    private func token(of app: WeChatApp, through weChat: WeChatClient) async throws(WeChatError) -> AccessToken {
        let waiter = Waiter(on: weChat.loop)
        let now = clock.milliseconds
        let (action, id) = state.withLock { state in
            state.lastID += 1
            return (
                state.machines[app.id, default: Machine()].ask(id: state.lastID, waiter: waiter, now: now), state.lastID
            )
        }
        switch action {
        case .use(let token): return token
        case .refuse: throw .overloaded
        case .fetch: startFetch(of: app, through: weChat)
        case .wait: break
        }
        let outcome = await waiter.outcome(onCancel: { [self] in
            state.withLock { $0.machines[app.id]?.leave(id: id) }
        })
        guard let outcome else { throw .cancelled }
        return try outcome.get()
    }

    private func reject(_ token: AccessToken, of appID: AppID) {
        state.withLock { $0.machines[appID]?.reject(token) }
    }

    /// The fetch has a task of its own, because others wait for it too when the request that began it hangs up.
    private func startFetch(of app: WeChatApp, through weChat: WeChatClient) {
        let client = LoopBound(weChat, on: weChat.loop)
        let actor = weChat.loop.actor
        Task(name: "stable_token", executorPreference: weChat.loop) { [self] in
            await runFetch(of: app, through: client, isolation: actor)
        }
    }

    private func runFetch(
        of app: WeChatApp,
        through client: LoopBound<WeChatClient>,
        isolation: isolated LoopActor
    ) async {
        let result: Result<IssuedAccessToken, WeChatError>
        do throws(WeChatError) {
            result = .success(try await client.value.stableToken(app: app))
        } catch {
            result = .failure(error)
        }
        let now = clock.milliseconds
        let waiters = state.withLock { $0.machines[app.id]?.fetchEnded(result, now: now) ?? [] }
        // Woken outside the lock: a waiter on this loop runs on at once.
        for waiter in waiters { waiter.resume(result.map(\.token)) }
    }
}
