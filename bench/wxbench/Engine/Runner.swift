import Glibc
import HTTP
import UV

/// One run from the first connection to its result. On the main loop.
final class Runner: Stage {
    let options: RunOptions
    private(set) var simulator: SimulatorControl?

    private let scenario: any Scenario
    private let loop: EventLoop
    private let console: Console
    private var threads: [WorkerThread] = []
    private var observer: RunObserver?
    private var isInterrupted = false

    init(_ scenario: any Scenario, _ options: RunOptions, on loop: EventLoop) {
        self.scenario = scenario
        self.options = options
        self.loop = loop
        console = Console(isQuiet: options.isQuiet)
    }

    /// Runs the scenario and says what it came to.
    func run() async throws(BenchError) -> RunResult {
        let interrupt: SignalHandle
        let terminate: SignalHandle
        do throws(UVError) {
            interrupt = try SignalHandle(on: loop, signal: SIGINT) { [unowned self] in self.isInterrupted = true }
            terminate = try SignalHandle(on: loop, signal: SIGTERM) { [unowned self] in self.isInterrupted = true }
        } catch {
            throw .system("no signals: \(error)")
        }
        defer {
            interrupt.close()
            terminate.close()
            simulator?.close()
            console.endLine()
        }
        let dialers = try await reach()
        let outcome: Result<RunResult, BenchError>
        do throws(BenchError) {
            outcome = .success(try await load(dialers))
        } catch {
            outcome = .failure(error)
        }
        await scenario.cleanUp(self)
        for thread in threads { thread.join() }
        return try outcome.get()
    }

    func perform(_ step: String) async throws(BenchError) {
        for thread in threads { try await thread.perform(step) }
    }

    func settle() async { await observer?.settle() }

    func residentBytes() -> Int? { observer?.pid.flatMap(ProcessUsage.exactResidentBytes) }

    func say(_ line: String) { console.say(line) }

    func beginning(of phase: String) -> UInt64? {
        guard let timeline = observer?.timeline, let index = timeline.phases.firstIndex(where: { $0.name == phase })
        else { return nil }
        return timeline.beginning(of: index)
    }

    // MARK: - Inside

    /// Finds target and simulator, and asks the target whether it is there.
    private func reach() async throws(BenchError) -> DialerPlan {
        var target = try await DialerPlan.Destination.find(options.site, on: loop)
        target.caFile = options.caFile
        for source in options.sources {
            do throws(UVError) { target.sources.append(try SocketAddress(ip: source, port: 0)) } catch {
                throw .system("\(source) is no address")
            }
        }
        let caller = Caller(try target.dialer(on: loop), site: options.site, timeout: options.timeout, on: loop)
        let outcome = await caller.call(.get, "/healthz")
        caller.close()
        if case .lost(let reason) = outcome { throw .unreachable("cannot reach \(options.site): \(reason)") }
        let control = try? await DialerPlan.Destination.find(options.simulator, on: loop)
        if let control, let dialer = try? control.dialer(on: loop) {
            let simulator = SimulatorControl(Caller(dialer, site: options.simulator, on: loop))
            if await simulator.isThere() { self.simulator = simulator } else { simulator.close() }
        }
        return DialerPlan(target: target, simulator: control, peer: try await reachPeer())
    }

    private func reachPeer() async throws(BenchError) -> DialerPlan.Destination? {
        guard let plan = options.peer else { return nil }
        guard ProcessUsage.read(plan.pid) != nil else { throw .setUp("there is no process \(plan.pid) (--peer-pid)") }
        var peer = try await DialerPlan.Destination.find(plan.url.site, on: loop)
        peer.caFile = options.caFile
        return peer
    }

    private func load(_ dialers: DialerPlan) async throws(BenchError) -> RunResult {
        let observer = RunObserver(options, on: loop)
        self.observer = observer
        let runID = RunIdentity.make()
        for index in 0..<options.loops {
            threads.append(
                try await WorkerThread(scenario, options, index: index, runID: runID, dialers: dialers)
            )
        }
        for thread in threads { try await thread.setUp() }
        let preparation = try await scenario.prepare(self)
        // Far enough off for the news to have reached all loops.
        let timeline = Timeline(scenario.phases, from: MonotonicClock.now() + MonotonicClock.second / 50)
        observer.begin(timeline)
        for thread in threads { try await thread.begin(timeline) }
        try await watch(timeline, observer)
        for thread in threads { await thread.stop() }
        try await drain(observer)
        observer.end()
        var outcomes: [WorkerOutcome] = []
        // Whoever ends a run early leaves requests behind that would have been answered.
        for thread in threads { outcomes.append(await thread.finish(counted: !isInterrupted)) }
        let assembly = ResultAssembly(scenario, options, observer, outcomes, isInterrupted: isInterrupted)
        return assembly.result(notes: preparation + scenario.notes(self, findings: outcomes.flatMap(\.findings)))
    }

    /// Until the load's time is over, nothing is left to do, or somebody has had enough.
    private func watch(_ timeline: Timeline, _ observer: RunObserver) async throws(BenchError) {
        for (index, phase) in timeline.phases.enumerated() {
            if isInterrupted || observer.isDone { return }
            if MonotonicClock.now() < timeline.beginning(of: index) {
                await sleep(until: timeline.beginning(of: index))
            }
            observer.enter(index)
            try await scenario.enter(phase, self)
            while !isInterrupted, !observer.isDone, MonotonicClock.now() < timeline.end(of: index) {
                await sleep(until: min(observer.nextLook, timeline.end(of: index)))
                await look(observer)
            }
        }
    }

    /// What is under way may end, at most for the time that a request has.
    private func drain(_ observer: RunObserver) async throws(BenchError) {
        let deadline = MonotonicClock.now() + options.timeout + MonotonicClock.second / 5
        while !isInterrupted, !observer.isDone, MonotonicClock.now() < deadline {
            await sleep(until: MonotonicClock.now() + 20_000_000)
            await look(observer)
        }
    }

    private func look(_ observer: RunObserver) async {
        var isDone = true
        for thread in threads {
            let (interval, isThreadDone) = await thread.poll()
            observer.add(interval)
            isDone = isDone && isThreadDone
        }
        observer.isDone = isDone
        if let line = observer.look() { console.progress(line) }
    }

    /// In steps, so that a signal is heeded soon.
    private func sleep(until moment: UInt64) async {
        while !isInterrupted {
            let now = MonotonicClock.now()
            guard now < moment else { return }
            try? await loop.sleep(milliseconds: min(50, (moment - now) / 1_000_000 + 1))
        }
    }
}
