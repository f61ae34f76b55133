import UV

/// A thread with its loop and its worker, seen from the main loop.
final class WorkerThread: Sendable {
    private let thread: EventLoopThread
    private let worker: LoopBound<Worker>

    /// Starts the thread and makes the worker on it.
    init(
        _ scenario: any Scenario,
        _ options: RunOptions,
        index: Int,
        runID: String,
        dialers: DialerPlan
    ) async throws(BenchError) {
        do throws(UVError) {
            thread = try EventLoopThread(name: "wxbench-\(index)")
        } catch {
            throw .system("no thread: \(error)")
        }
        let kinds = scenario.kinds
        do throws(BenchError) {
            worker = try await thread.actor.run { actor throws(BenchError) in
                let loop = actor.loop
                let context = PartContext(
                    loop: loop,
                    dialer: try dialers.target.dialer(on: loop),
                    simulator: try dialers.simulator?.dialer(on: loop),
                    peer: try dialers.peer?.dialer(on: loop),
                    recorder: Recorder(kinds: kinds),
                    options: options,
                    index: index,
                    runID: "\(runID)\(index)"
                )
                return LoopBound(try Worker(scenario, context), on: loop)
            }
        } catch {
            _ = thread.stopAndJoin()
            throw error
        }
    }

    func setUp() async throws(BenchError) {
        try await thread.actor.run { [worker] _ throws(BenchError) in try await worker.value.setUp() }
    }

    func perform(_ step: String) async throws(BenchError) {
        try await thread.actor.run { [worker] _ throws(BenchError) in try await worker.value.perform(step) }
    }

    func begin(_ timeline: Timeline) async throws(BenchError) {
        try await thread.actor.run { [worker] _ throws(BenchError) in try worker.value.begin(timeline) }
    }

    func poll() async -> (interval: Tally, isDone: Bool) {
        await thread.actor.run { [worker] _ in worker.value.poll() }
    }

    func stop() async { await thread.actor.run { [worker] _ in worker.value.stop() } }

    func finish(counted isCounted: Bool) async -> WorkerOutcome {
        await thread.actor.run { [worker] _ in worker.value.finish(counted: isCounted) }
    }

    /// Ends the thread; blocks.
    func join() { _ = thread.stopAndJoin() }
}
