internal import Logging
internal import Synchronization
internal import UV
internal import WeChat

/// Keeps fresh codes of one app.
///
/// The state machine decides. It stands behind a lock, so that every loop takes a code that is ready without a hop
/// (QRCodePool+Asking.swift). What it wants done is done on the pool's home loop, this actor's executor, with a client of
/// WeChat of its own: neither do logins wait for codes, nor codes for logins.
actor QRCodePool {
    typealias Waiter = LoopWaiter<QRCodeAnswer>
    typealias Machine = QRCodePoolStateMachine<Waiter>
    typealias Action = QRCodePoolAction<Waiter>

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
    nonisolated let environment: QRCodeEnvironment

    private var tools: QRCodeTools?
    private var lastFetch = 0
    private var fetches: [Int: Task<Void, Never>] = [:]
    private var linksUnderWay = 0
    /// Unix milliseconds; nil: nothing to wake for.
    private var wakeAt: Int64?

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    /// Makes a pool; who asks it before `start` waits. Any thread.
    ///
    /// - Parameter apps: how many pools share the bytes of pictures.
    init(of app: App, at home: EventLoop, among apps: Int, _ environment: QRCodeEnvironment) {
        self.app = app
        loop = home
        self.environment = environment
        let limits = QRCodePoolLimits(
            size: environment.policy.poolSize,
            apps: apps,
            timeoutMilliseconds: environment.upstream.timeoutMilliseconds
        )
        desk = Mutex(Desk(machine: Machine(limits: limits, seed: UInt64.random(in: .min ... .max))))
    }

    /// Begins to fill the pool; waits for nothing.
    ///
    /// - Throws: `ClientError` when the library cannot start.
    func start() throws {
        tools = try QRCodeTools(on: loop, environment) { [self] in
            assumeIsolated { $0.look() }
        }
        decide { machine, now in machine.start(now: now) }
    }

    /// Ends everything, the fetches under way too: a code that nobody has seen is no loss. Who waits for one is told
    /// `.cancelled`. Waits for WeChat in no case.
    func stop() async {
        decide { machine, _ in machine.stop() }
        wakeAt = nil
        for fetch in fetches.values { fetch.cancel() }
        tools?.close()
        while let fetch = fetches.first { await fetch.value.value }
        tools = nil
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
        switch action {
        case .fetch(let fetch): begin(fetch)
        case .wakeAt(let time):
            wakeAt = time
            setTimer()
        case .tell(let error):
            environment.failures.log(
                error,
                of: WeChatEndpoint.unlimitedQRCode.name,
                app: app,
                advice: advice(on: error)
            )
        case .tellRecovered:
            environment.logger.notice("codes of the mini-program are drawn again", metadata: ["appid": "\(app.id)"])
        // Told by whoever was there when it was decided.
        case .answer: break
        }
    }

    /// At every look, not only when its time has come: only so does the machine see that the clock was set.
    private func look() {
        guard wakeAt != nil else { return }
        wakeAt = nil
        decide { machine, now in machine.wake(now: now) }
    }

    private func setTimer() {
        guard let wakeAt, let tools else { return }
        let wait = min(max(wakeAt - environment.clock.milliseconds, 0), environment.clockLookMilliseconds)
        tools.timer.start(afterMilliseconds: UInt64(wait))
    }

    // MARK: - Codes

    private func begin(_ fetch: QRCodeFetch) {
        lastFetch += 1
        let id = lastFetch
        fetches[id] = Task(name: "mini-program code", executorPreference: loop) { [self] in await run(fetch, id) }
    }

    private func run(_ fetch: QRCodeFetch, _ id: Int) async {
        let result: Result<FreshCode, WeChatError>
        do throws(WeChatError) {
            result = .success(try await newCode())
        } catch {
            result = .failure(error)
        }
        fetches[id] = nil
        switch result {
        case .success(let code): decide { machine, now in machine.arrived(code, of: fetch, now: now) }
        case .failure(let error): decide { machine, now in machine.failed(error, of: fetch, now: now) }
        }
    }

    private func newCode() async throws(WeChatError) -> FreshCode {
        guard let tools else { throw .cancelled }
        guard let (scene, asSent) = tools.newScene() else {
            throw .connection(reason: "no random numbers for a scene")
        }
        let parameters = UnlimitedCodeParameters(
            scene: asSent,
            page: environment.page(of: app),
            // A page of a version that is not published is in none that is.
            checksPath: environment.policy.environment == .release,
            environment: environment.policy.environment
        )
        let artist = QRCodeArtist(parameters: parameters, app: app, weChat: tools.weChat) { [self] in takeRepeat() }
        let picture = try await environment.accessTokens.withToken(of: app, on: loop) { token throws(WeChatError) in
            try await artist.draw(with: token)
        }
        return FreshCode(scene: scene, picture: picture)
    }

    // MARK: - Links

    /// A link that opens the app's page with a scene. Any loop may call.
    func link(to scene: QRScene) async throws(WeChatError) -> String {
        guard let tools else { throw .cancelled }
        guard linksUnderWay < QRCodeEnvironment.linksMax else { throw .overloaded }
        linksUnderWay += 1
        defer { linksUnderWay -= 1 }
        let parameters = URLLinkParameters(
            path: environment.page(of: app),
            query: "scene=\(scene.text)",
            expiresAt: environment.clock.seconds + QRCodeEnvironment.linkSeconds,
            environment: environment.policy.environment
        )
        do throws(WeChatError) {
            return try await environment.accessTokens.withToken(of: app, on: loop) { token throws(WeChatError) in
                try await tools.weChat.urlLink(app: app.weChat, parameters, accessToken: token)
            }
        } catch {
            environment.failures.log(error, of: WeChatEndpoint.urlLink.name, app: app, advice: advice(on: error))
            throw error
        }
    }
}
