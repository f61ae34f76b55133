import Synchronization
import TestSupport
import Testing
import UV

private final class Counter: Sendable {
    private let count = Mutex(0)
    var value: Int { count.withLock { $0 } }
    func increment() { count.withLock { $0 += 1 } }
}

@Suite struct EventLoopTests {
    @Test func `a task that prefers the loop stays on it across suspensions`() async throws {
        let foreign = try await withLoop { actor in
            let before = actor.loop.foreignEnqueues
            for _ in 0..<100 {
                #expect(actor.loop.isOnLoop)
                let value = Completion<Int>(on: actor.loop)
                actor.loop.inNextDrain { value.finish(7) }
                #expect(await value.value() == 7)
                await Task.yield()
            }
            return actor.loop.foreignEnqueues - before
        }
        #expect(foreign == 0)
    }

    @Test func `calls of other threads run on the loop, each once`() async throws {
        let thread = try EventLoopThread(name: "calls")
        let ran = Counter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<1000 {
                        thread.loop.execute {
                            #expect(thread.loop.isOnLoop)
                            ran.increment()
                        }
                    }
                }
            }
        }
        await thread.actor.run { _ in }
        #expect(ran.value == 4000)
        #expect(await joined(thread).isEmpty)
    }

    @Test func `tasks that wake each other for ever do not starve timers`() async throws {
        try await withLoop { actor in
            let spinner = Task(executorPreference: actor.loop) {
                while !Task.isCancelled { await Task.yield() }
            }
            try await actor.loop.sleep(milliseconds: 20)
            spinner.cancel()
            await spinner.value
        }
    }

    @Test func `a cancelled sleep ends at once and frees its timer`() async throws {
        try await withLoop { actor in
            let sleeper = Task(executorPreference: actor.loop) {
                _ = actor
                try await actor.loop.sleep(milliseconds: 3_600_000)
            }
            try await actor.loop.sleep(milliseconds: 1)
            sleeper.cancel()
            await #expect(throws: CancellationError.self) { try await sleeper.value }
        }
    }

    @Test func `a cancel that comes before the wait is not lost`() async throws {
        try await withLoop { actor in
            let waiter = Task(executorPreference: actor.loop) {
                _ = actor
                withUnsafeCurrentTask { $0?.cancel() }
                let never = Completion<Int>(on: actor.loop)
                return await never.value()
            }
            #expect(await waiter.value == nil)
        }
    }

    @Test func `a cancel from another thread resumes the wait on the loop`() async throws {
        let thread = try EventLoopThread(name: "cancel")
        let waiter = Task(executorPreference: thread.loop) {
            await thread.actor.run { actor in
                let never = Completion<Int>(on: actor.loop)
                let value = await never.value()
                #expect(actor.loop.isOnLoop)
                return value
            }
        }
        await thread.actor.run { _ in }
        waiter.cancel()
        #expect(await waiter.value == nil)
        #expect(await joined(thread).isEmpty)
    }

    @Test func `a forgotten handle is named when the loop closes`() async throws {
        let thread = try EventLoopThread(name: "leak")
        await thread.actor.run { actor in
            Timer(on: actor.loop) {}.start(afterMilliseconds: 3_600_000)
        }
        #expect(await joined(thread) == ["timer"])
    }

    @Test func `a loop-bound value traps on another thread`() async {
        await #expect(processExitsWith: .failure) {
            let loop = try EventLoop()
            _ = LoopBound(1, on: loop).value
        }
    }
}
