internal import Synchronization

/// One thread that runs one loop, from start to join.
public final class EventLoopThread: Sendable {
    /// The loop that the thread runs.
    public let loop: EventLoop

    private let thread: SystemThread
    private let outcome: Outcome

    /// What the loop's end said, written by its thread before the join.
    private final class Outcome: Sendable {
        let leaks = Mutex<[String]?>(nil)
    }

    /// Stack of a loop's thread. Handlers are shallow, but JSON nesting and OpenSSL want some room.
    private static let stackBytes = 2 << 20

    /// Starts a thread; the loop takes work at once.
    ///
    /// - Parameter name: shown by `top -H` and debuggers, at most 15 bytes.
    /// - Throws: libuv's status when loop or thread cannot be made.
    public init(name: String) throws(UVError) {
        let loop = try EventLoop()
        let outcome = Outcome()
        thread = try SystemThread(name: name, stackBytes: EventLoopThread.stackBytes) {
            loop.run()
            let leaks = loop.close()
            outcome.leaks.withLock { $0 = leaks }
        }
        self.loop = loop
        self.outcome = outcome
    }

    /// The actor of the thread's loop.
    public var actor: LoopActor { loop.actor }

    /// Stops the loop, closes it and waits for its thread; blocks the caller, which must not be a loop. Call it once.
    ///
    /// - Returns: the types of handles that were never closed; empty is the proof that the loop closed empty.
    public func stopAndJoin() -> [String] {
        loop.stop()
        thread.join()
        return outcome.leaks.withLock { $0 } ?? []
    }
}
