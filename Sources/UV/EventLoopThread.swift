internal import CLibuv
internal import Glibc
internal import Synchronization

/// One thread that runs one loop, from start to join.
@safe public final class EventLoopThread: Sendable {
    /// The loop that the thread runs.
    public let loop: EventLoop

    private let thread: pthread_t
    private let outcome: Outcome

    /// What the loop's end said, written by its thread before the join.
    private final class Outcome: Sendable {
        let leaks = Mutex<[String]?>(nil)
    }

    private final class Start {
        let name: String
        let loop: EventLoop
        let outcome: Outcome
        init(name: String, loop: EventLoop, outcome: Outcome) {
            self.name = name
            self.loop = loop
            self.outcome = outcome
        }
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
        let start = unsafe Unmanaged.passRetained(Start(name: name, loop: loop, outcome: outcome))
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        unsafe pthread_attr_setstacksize(&attributes, EventLoopThread.stackBytes)
        var thread = pthread_t()
        let status = unsafe pthread_create(
            &thread,
            &attributes,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                unsafe pthread_setname_np(pthread_self(), start.name)
                start.loop.run()
                let leaks = start.loop.close()
                start.outcome.leaks.withLock { $0 = leaks }
                return nil
            },
            start.toOpaque()
        )
        unsafe pthread_attr_destroy(&attributes)
        if status != 0 {
            unsafe start.release()
            throw UVError(errno: status)
        }
        self.loop = loop
        self.thread = thread
        self.outcome = outcome
    }

    /// The actor of the thread's loop.
    public var actor: LoopActor { loop.actor }

    /// Stops the loop, closes it and waits for its thread; blocks the caller, which must not be a loop. Call it once.
    ///
    /// - Returns: the types of handles that were never closed; empty is the proof that the loop closed empty.
    public func stopAndJoin() -> [String] {
        loop.stop()
        pthread_join(thread, nil)
        return outcome.leaks.withLock { $0 } ?? []
    }
}
