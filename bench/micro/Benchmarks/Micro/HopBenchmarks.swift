import Benchmark
import UV

/// What it costs to wait on a loop, and to come to it from elsewhere.
enum HopBenchmarks {
    static func add() {
        Benchmark("suspend and resume on the loop") { benchmark in
            await onLoop(benchmark.scaledIterations.count) { actor, count in
                for _ in 0..<count {
                    let completion = Completion<Int>(on: actor.loop)
                    actor.loop.execute(LoopBound(completion, on: actor.loop))
                    blackHole(await completion.value())
                }
            }
        }
        Benchmark("start a task on the loop and await it") { benchmark in
            await onLoop(benchmark.scaledIterations.count) { actor, count in
                for index in 0..<count {
                    blackHole(await Task(executorPreference: actor.loop) { index }.value)
                }
            }
        }
        Benchmark("hop to the loop from another thread and back") { benchmark in
            let thread = try EventLoopThread(name: "bench")
            let actor = thread.actor
            for _ in benchmark.scaledIterations { blackHole(await actor.run { _ in 1 }) }
            blackHole(thread.stopAndJoin())
        }
    }

    private static func onLoop(
        _ count: Int,
        _ body: @escaping @Sendable (isolated LoopActor, Int) async -> Void
    ) async {
        do {
            let thread = try EventLoopThread(name: "bench")
            // With the loop as its preferred executor, like every task of the gateway: without it each resume would go
            // through the global pool.
            let actor = thread.actor
            await Task(executorPreference: thread.loop) { await actor.run { await body($0, count) } }.value
            precondition(thread.stopAndJoin().isEmpty)
        } catch {
            preconditionFailure("no loop: \(error)")
        }
    }
}

extension EventLoop {
    /// Finishes a completion in the loop's next drain, as a callback of the loop would.
    fileprivate func execute(_ completion: LoopBound<Completion<Int>>) {
        execute { completion.value.finish(1) }
    }
}
