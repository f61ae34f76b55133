import Glibc
import Synchronization
import TestSupport
import Testing
import UV

/// Which of the things that wait comes first, and that none waits for ever.
@Suite struct EventLoopOrderTests {
    private final class Record: Sendable {
        let entries = Mutex<[Int]>([])
        func append(_ entry: Int) { entries.withLock { $0.append(entry) } }
    }

    @Test func `calls of one thread run in the order in which they were asked for`() async throws {
        let thread = try EventLoopThread(name: "order")
        let record = Record()
        for number in 0..<10_000 { thread.loop.execute { record.append(number) } }
        await withCheckedContinuation { last in thread.loop.execute { last.resume() } }
        #expect(record.entries.withLock { $0 } == Array(0..<10_000))
        #expect(await joined(thread).isEmpty)
    }

    @Test func `a call from the loop itself runs later, not within the caller, and in order`() async throws {
        try await withLoop { actor in
            let record = Record()
            let done = Completion<Void>(on: actor.loop)
            actor.loop.execute {
                record.append(1)
                actor.loop.execute { record.append(3) }
                actor.loop.execute { record.append(4) }
                record.append(2)
            }
            actor.loop.inNextDrain { actor.loop.inNextDrain { done.finish(()) } }
            #expect(record.entries.withLock { $0.isEmpty })
            await done.value()
            #expect(record.entries.withLock { $0 } == [1, 2, 3, 4])
        }
    }

    @Test func `a call of the next turn runs once, behind a poll that does not wait`() async throws {
        try await withLoop { actor in
            var descriptors: [Int32] = [0, 0]
            #expect(pipe(&descriptors) == 0)
            let record = Record()
            let handle = try PollHandle(on: actor.loop, descriptor: descriptors[0]) { _, _ in record.append(0) }
            try handle.start(.readable)
            let done = Completion<Void>(on: actor.loop)
            var turns = 0
            func next() {
                turns += 1
                record.append(turns)
                if turns == 3 { return done.finish(()) }
                if turns == 1 { _ = write(descriptors[1], "x", 1) }
                actor.loop.inNextTurn(next)
            }
            actor.loop.inNextTurn(next)
            await done.value()
            handle.close()
            // The poll between two turns finds what the one before wrote.
            #expect(record.entries.withLock { Array($0.prefix(3)) } == [1, 0, 2])
            for descriptor in descriptors { close(descriptor) }
        }
    }

    @Test func `a million queued calls do not keep the loop from its sockets`() async throws {
        try await withLoop { actor in
            let all = 1_000_000
            var descriptors: [Int32] = [0, 0]
            #expect(pipe(&descriptors) == 0)
            var ran = 0
            var ranBeforeReady: Int?
            let ready = Completion<Void>(on: actor.loop)
            let handle = try PollHandle(on: actor.loop, descriptor: descriptors[0]) { _, _ in
                if ranBeforeReady == nil { ranBeforeReady = ran }
                ready.finish(())
            }
            try handle.start(.readable)
            _ = write(descriptors[1], "x", 1)
            for _ in 0..<all { actor.loop.inNextDrain { ran += 1 } }
            await ready.value()
            handle.close()
            // The bound of one drain is a few thousand, and there are two drains a turn.
            #expect(try #require(ranBeforeReady) < 100_000)
            while ran < all { try await actor.loop.sleep(milliseconds: 1) }
            for descriptor in descriptors { close(descriptor) }
        }
    }

    @Test func `calls that queue further calls do not keep tasks from running`() async throws {
        try await withLoop { actor in
            final class Chain {
                let loop: EventLoop
                var left = 200_000
                init(_ loop: EventLoop) { self.loop = loop }
                func step() {
                    left -= 1
                    if left > 0 { loop.inNextDrain { self.step() } }
                }
            }
            let chain = Chain(actor.loop)
            chain.step()
            await Task.yield()
            #expect(chain.left > 100_000)
            while chain.left > 0 { await Task.yield() }
        }
    }

    @Test func `what is asked of a loop that has closed is dropped, from any thread`() async throws {
        final class Thing: Sendable {}
        let thread = try EventLoopThread(name: "closed")
        #expect(await joined(thread).isEmpty)
        weak var dropped: Thing?
        do {
            let thing = Thing()
            dropped = thing
            thread.loop.execute { _ = thing }
        }
        #expect(dropped == nil)
        thread.loop.stop()
        #expect(!thread.loop.isOnLoop)
    }

    @Test func `calls that arrive while the loop stops are run or dropped, never lost in between`() async throws {
        final class Count: Sendable { let ended = Atomic(0) }
        final class Token: Sendable {
            let count: Count
            init(_ count: Count) { self.count = count }
            deinit { count.ended.add(1, ordering: .relaxed) }
        }
        let count = Count()
        for _ in 0..<50 {
            let thread = try EventLoopThread(name: "stopping")
            let caller = Task.detached {
                await offPool {
                    for _ in 0..<200 {
                        let token = Token(count)
                        thread.loop.execute { _ = token }
                    }
                }
            }
            #expect(await joined(thread).isEmpty)
            await caller.value
        }
        #expect(count.ended.load(ordering: .relaxed) == 50 * 200)
    }
}
