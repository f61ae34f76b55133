internal import Synchronization
internal import UV
internal import WeChat

/// Keeps the access_token of one app: fetches it, renews it before its end, and replaces one that died early.
///
/// The state machine decides. It stands behind a lock, so that every loop reads the token and asks for it without a hop
/// (AccessTokenKeeper+Asking.swift). What it wants done is done on the keeper's home loop, this actor's executor, with a
/// client of WeChat of its own: logins that wait for their turn at WeChat are not before a token in any queue.
actor AccessTokenKeeper {
    typealias Waiter = LoopWaiter<AccessTokenAnswer>
    typealias Machine = AccessTokenStateMachine<Waiter>
    typealias Action = AccessTokenAction<Waiter>

    /// The machine, and what it wants done at home, in the order of its decisions.
    struct Desk {
        var machine: Machine
        var lastID = 0
        var todo: [Action] = []
        /// The home loop was called and has not looked at `todo` since.
        var isHomeCalled = false
    }

    nonisolated let app: App
    /// The home loop.
    nonisolated let loop: EventLoop
    nonisolated let desk: Mutex<Desk>
    nonisolated let environment: AccessTokenEnvironment

    private let log: AccessTokenLog
    private var tools: AccessTokenTools?
    /// The one call of store or WeChat that the machine waits for.
    private var callUnderWay: Task<Void, Never>?
    /// Unix milliseconds; nil: nothing to wake for.
    private var wakeAt: Int64?

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    /// Makes a keeper; who asks it before `start` waits. Any thread.
    init(of app: App, at home: EventLoop, _ environment: AccessTokenEnvironment) {
        self.app = app
        loop = home
        self.environment = environment
        log = AccessTokenLog(app: app, environment)
        let machine = Machine(policy: environment.policy, seed: UInt64.random(in: .min ... .max))
        desk = Mutex(Desk(machine: machine))
    }

    /// Begins; waits neither for the store nor for WeChat.
    ///
    /// - Throws: `ClientError` or `OpenSSLError` when a library cannot start.
    func start() throws {
        tools = try AccessTokenTools(of: app, on: loop, environment) { [self] in
            assumeIsolated { $0.look() }
        }
        decide { machine, now in machine.start(now: now) }
    }

    /// Waits for a call under way, because a token that it brings would be lost to the next start (and in legacy mode has
    /// ended the one before), and for what is still to be saved; then ends everything. Who waits for a token is told
    /// `.cancelled`.
    func stop() async {
        guard tools != nil else { return }
        decide { machine, now in machine.stop(now: now) }
        wakeAt = nil
        let isSettled = Completion<Void>(on: loop)
        let bound = Timer(on: loop) { isSettled.finish(()) }
        bound.start(afterMilliseconds: environment.stopMilliseconds)
        let settled = LoopBound(isSettled, on: loop)
        Task(name: "settle access_token", executorPreference: loop) { [self] in
            await settle()
            await finish(settled)
        }
        _ = await isSettled.value()
        bound.close()
        tools?.close()
        tools = nil
    }

    private func settle() async {
        while let callUnderWay { await callUnderWay.value }
        await tools?.writer.finish()
    }

    private func finish(_ settled: LoopBound<Completion<Void>>) {
        settled.value.finish(())
    }

    // MARK: - What was decided

    private func decide(_ event: @Sendable (inout Machine, Int64) -> [Action]) {
        let now = environment.clock.milliseconds
        decide { desk in ((), event(&desk.machine, now)) }
        work()
    }

    /// Does what was decided, here and on other loops, in the order of the decisions. Before `start` it has to wait.
    func work() {
        while tools != nil {
            let todo = desk.withLock { desk in
                defer { desk.todo = [] }
                desk.isHomeCalled = false
                return desk.todo
            }
            if todo.isEmpty { return }
            for action in todo { perform(action) }
        }
    }

    private func perform(_ action: Action) {
        guard let tools else { return }
        switch action {
        case .load: call { await $0.load(from: $1) }
        case .fetch(let fetch): call { await $0.fetch(fetch, through: $1) }
        case .prove(let token): call { await $0.prove(token, through: $1) }
        case .saveBeforeForce(let record): call { await $0.saveBeforeForce(record, to: $1) }
        case .save(let record): tools.writer.save(record)
        case .wakeAt(let time):
            wakeAt = time
            setTimer()
        case .tell(let event): log.tell(event, current: current, now: environment.clock.milliseconds)
        // Told by whoever was there when it was decided.
        case .answer: break
        }
    }

    /// At every look, not only when its time has come: only so does the machine see that the clock was set back.
    private func look() {
        guard wakeAt != nil else { return }
        wakeAt = nil
        decide { machine, now in machine.wake(now: now) }
    }

    /// Never looks by itself: what was decided is done in order, and a wake now would decide more in the midst of it.
    private func setTimer() {
        guard let wakeAt, let tools else { return }
        let wait = min(max(wakeAt - environment.clock.milliseconds, 0), environment.policy.clockLookMilliseconds)
        tools.timer.start(afterMilliseconds: UInt64(wait))
    }

    // MARK: - The calls that the machine waits for

    private func call(
        _ body: @escaping @Sendable (isolated AccessTokenKeeper, AccessTokenTools) async -> Void
    ) {
        precondition(callUnderWay == nil, "the machine waits for one call at a time")
        callUnderWay = Task(name: "access_token", executorPreference: loop) { [self] in await run(body) }
    }

    private func run(_ body: (isolated AccessTokenKeeper, AccessTokenTools) async -> Void) async {
        guard let tools else { return }
        await body(self, tools)
    }

    private func ended(_ event: @Sendable (inout Machine, Int64) -> [Action]) {
        callUnderWay = nil
        decide(event)
    }

    private func load(from tools: AccessTokenTools) async {
        do throws(StoreError) {
            let record = try await tools.vault.load()
            ended { machine, now in machine.loaded(record, now: now) }
        } catch {
            log.loadFailed()
            ended { machine, now in machine.loadFailed(now: now) }
        }
    }

    private func fetch(_ fetch: AccessTokenFetch, through tools: AccessTokenTools) async {
        let result: Result<IssuedAccessToken, WeChatError>
        do throws(WeChatError) {
            switch environment.policy.mode {
            case .stable:
                result = .success(try await tools.weChat.stableToken(app: app.weChat, isForced: fetch.isForced))
            case .legacy:
                result = .success(try await tools.weChat.plainToken(app: app.weChat))
            }
        } catch {
            result = .failure(error)
        }
        ended { machine, now in machine.fetched(result, now: now) }
    }

    private func prove(_ token: AccessToken, through tools: AccessTokenTools) async {
        let proof = await tools.weChat.prove(token, of: app.weChat.id)
        ended { machine, now in machine.proved(proof, now: now) }
    }

    private func saveBeforeForce(_ record: AccessTokenRecord, to tools: AccessTokenTools) async {
        let isSaved = await tools.writer.saveOnce(record)
        ended { machine, now in machine.savedBeforeForce(isSaved, now: now) }
    }
}
