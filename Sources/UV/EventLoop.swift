internal import CLibuv
internal import Glibc
internal import Synchronization

/// One libuv loop, run by one thread, which is also the executor of all Swift code that belongs to it.
///
/// Jobs that the loop's own thread enqueues go to a local queue, drained before and after each poll; jobs of other
/// threads go through a lock and one coalesced `uv_async_send`. Everything but the members marked "any thread" belongs
/// to the loop's thread. The order of a life: `init`, ``run()`` on its thread, ``stop()``, ``close()``.
@safe public final class EventLoop: @unchecked Sendable {
    /// At most so many jobs run before the loop polls again, so that I/O is never starved by tasks that wake each other.
    static let jobsPerDrain = 4096

    /// Bytes of the one buffer into which all connections of a loop read; a read callback gets at most this much.
    public static let readSlabBytes = 65_536

    let loop: UnsafeMutablePointer<uv_loop_t>
    let readSlab: UnsafeMutableRawBufferPointer

    private let prepare = HandleMemory(for: UV_PREPARE)
    private let check = HandleMemory(for: UV_CHECK)
    private let idle = HandleMemory(for: UV_IDLE)
    private let wake = HandleMemory(for: UV_ASYNC)

    /// Zero until ``run()``; then the thread that runs the loop.
    private let ownerThread = Atomic<UInt>(0)
    private let foreign = Mutex(ForeignWork())
    private let foreignEnqueueCount = Atomic<Int>(0)

    private var jobs = LocalQueue<UnownedJob>()
    private var calls = LocalQueue<() -> Void>()
    private var callsOfNextTurn = LocalQueue<() -> Void>()
    private var isIdleArmed = false
    private var loopActor: LoopActor?
    private var timerWheel: TimerWheel?

    /// What other threads have asked for since the loop last looked.
    private struct ForeignWork {
        var jobs: [UnownedJob] = []
        var calls: [@Sendable () -> Void] = []
        var stop = false
        var isWakeSent = false
        var isClosed = false
    }

    /// Makes a loop that no thread runs yet.
    ///
    /// - Throws: libuv's status when the loop cannot be made, for instance for lack of descriptors.
    public init() throws(UVError) {
        unsafe loop = UnsafeMutablePointer<uv_loop_t>.allocate(capacity: 1)
        unsafe readSlab = UnsafeMutableRawBufferPointer.allocate(byteCount: EventLoop.readSlabBytes, alignment: 64)
        let status = unsafe uv_loop_init(loop)
        if status < 0 {
            prepare.discard()
            check.discard()
            idle.discard()
            wake.discard()
            throw UVError(code: status)
        }
        unsafe loop.pointee.data = readSlab.baseAddress
        // A write to a connection that the peer has reset is an error status here, not the end of the process.
        _ = signal(SIGPIPE, SIG_IGN)
        initialiseHandles()
        loopActor = LoopActor(loop: self)
    }

    deinit {
        unsafe readSlab.deallocate()
        unsafe loop.deallocate()
    }

    /// The actor whose code runs on this loop. Any thread, until ``close()``.
    public var actor: LoopActor {
        guard let loopActor else { preconditionFailure("the loop was closed") }
        return loopActor
    }

    /// The wheel of coarse deadlines of this loop.
    public var wheel: TimerWheel {
        if let timerWheel { return timerWheel }
        let wheel = TimerWheel(on: self)
        timerWheel = wheel
        return wheel
    }

    /// Milliseconds of a monotonic clock, read once a turn of the loop.
    public var now: UInt64 { unsafe uv_now(loop) }

    /// Whether the calling thread is the one that runs the loop. Any thread.
    public var isOnLoop: Bool {
        ownerThread.load(ordering: .relaxed) == UInt(pthread_self())
    }

    /// Traps unless the calling thread is the one that runs the loop.
    public func preconditionOnLoop() {
        precondition(isOnLoop, "called from another thread than the loop's")
    }

    /// Jobs and calls that came from other threads so far. Any thread; a request's path should add none.
    public var foreignEnqueues: Int { foreignEnqueueCount.load(ordering: .relaxed) }

    /// Runs the loop on the calling thread until ``stop()``.
    public func run() {
        ownerThread.store(UInt(pthread_self()), ordering: .releasing)
        _ = unsafe uv_run(loop, UV_RUN_DEFAULT)
    }

    /// Asks the loop to return from ``run()`` at the end of its turn. Any thread.
    public func stop() {
        foreign.withLock { work in
            work.stop = true
            sendWake(&work)
        }
    }

    /// Runs a closure on the loop, after the current callback when called from the loop itself. Any thread.
    ///
    /// After ``close()`` the closure is dropped, and so is a job: a task that still wants to go on then never does.
    public func execute(_ call: @escaping @Sendable () -> Void) {
        if isOnLoop {
            calls.append(call)
            return
        }
        foreign.withLock { work in
            if work.isClosed { return }
            work.calls.append(call)
            handOver()
            sendWake(&work)
        }
    }

    /// Runs a closure once, in the loop's next drain: the way to go on without recursion or a 0 ms timer.
    public func inNextDrain(_ call: @escaping () -> Void) {
        calls.append(call)
    }

    /// Runs a closure once, behind the next poll, which does not block: the way to share a loop with its other work.
    public func inNextTurn(_ call: @escaping () -> Void) {
        callsOfNextTurn.append(call)
    }

    /// Ends a loop that has returned from ``run()``, on the thread that ran it.
    ///
    /// - Returns: the types of the handles that somebody forgot to close, for instance `["tcp"]`. Empty is the proof
    ///   that nothing leaked.
    public func close() -> [String] {
        settle()
        timerWheel?.close()
        timerWheel = nil
        // What other threads asked for before this still runs; what comes later is dropped and wakes nobody.
        foreign.withLock { $0.isClosed = true }
        takeForeignWork()
        settle()
        let leaks = openHandles()
        prepare.close()
        check.close()
        idle.close()
        wake.close()
        settle()
        loopActor = nil
        if leaks.isEmpty {
            let status = unsafe uv_loop_close(loop)
            precondition(status == 0, "no handle is open, yet libuv does not close the loop")
        }
        // The system may give the same identity to the next thread that starts.
        ownerThread.store(0, ordering: .relaxed)
        return leaks
    }

    // MARK: - Inside

    private func initialiseHandles() {
        unsafe uv_prepare_init(loop, prepare.pointer(to: uv_prepare_t.self))
        unsafe uv_check_init(loop, check.pointer(to: uv_check_t.self))
        unsafe uv_idle_init(loop, idle.pointer(to: uv_idle_t.self))
        let status = unsafe uv_async_init(loop, wake.pointer(to: uv_async_t.self)) { handle in
            unsafe EventLoop.from(handle?.pointee.data)?.takeForeignWork()
        }
        precondition(status == 0, "a new loop always has room for its wake handle")
        for memory in [prepare, check, idle, wake] { memory.retain(owner: self) }
        unsafe uv_prepare_start(prepare.pointer(to: uv_prepare_t.self)) { handle in
            unsafe EventLoop.from(handle?.pointee.data)?.drain()
        }
        unsafe uv_check_start(check.pointer(to: uv_check_t.self)) { handle in
            guard let loop = unsafe EventLoop.from(handle?.pointee.data) else { return }
            loop.takeCallsOfNextTurn()
            loop.drain()
        }
        // Only the wake handle keeps the loop running; these three would keep it from ending.
        for memory in [prepare, check, idle] { unsafe uv_unref(memory.handle) }
    }

    private static func from(_ data: UnsafeMutableRawPointer?) -> EventLoop? {
        unsafe owner(data, as: EventLoop.self)
    }

    /// Wakes the loop unless that is on its way. Under the lock, so that the wake handle cannot be closed meanwhile.
    private func sendWake(_ work: inout ForeignWork) {
        if work.isWakeSent || work.isClosed { return }
        work.isWakeSent = true
        unsafe uv_async_send(wake.pointer(to: uv_async_t.self))
    }

    func queue(_ job: UnownedJob) {
        if isOnLoop {
            jobs.append(job)
            return
        }
        foreign.withLock { work in
            if work.isClosed { return }
            work.jobs.append(job)
            handOver()
            sendWake(&work)
        }
    }

    /// Counts, and publishes what the thread did before: the lock does that already, but unseen by the thread sanitizer
    /// when it is contended.
    private func handOver() { foreignEnqueueCount.add(1, ordering: .releasing) }

    private func takeForeignWork() {
        let work = foreign.withLock { work in
            let taken = work
            work.jobs.removeAll(keepingCapacity: false)
            work.calls.removeAll(keepingCapacity: false)
            work.isWakeSent = false
            _ = foreignEnqueueCount.load(ordering: .acquiring)
            return taken
        }
        for call in work.calls { calls.append(call) }
        for job in work.jobs { jobs.append(job) }
        if work.stop { unsafe uv_stop(loop) }
    }

    /// What they ask for in turn waits for the turn behind this one.
    private func takeCallsOfNextTurn() {
        for _ in 0..<callsOfNextTurn.count {
            if let call = callsOfNextTurn.popFirst() { calls.append(call) }
        }
    }

    /// Runs what is queued, at most ``jobsPerDrain`` jobs; what is left keeps the next poll from blocking.
    private func drain() {
        var budget = EventLoop.jobsPerDrain
        let isolatedTo = unsafe asUnownedSerialExecutor()
        let preferred = unsafe asUnownedTaskExecutor()
        while budget > 0, !jobs.isEmpty || !calls.isEmpty {
            // In turns, and jobs first: a call is often one flush for everything that the jobs before it started.
            for _ in 0..<min(jobs.count, budget) {
                guard let job = jobs.popFirst() else { break }
                unsafe job.runSynchronously(isolatedTo: isolatedTo, taskExecutor: preferred)
                budget -= 1
            }
            for _ in 0..<min(calls.count, budget) {
                guard let call = calls.popFirst() else { break }
                call()
                budget -= 1
            }
        }
        let isWorkLeft = !jobs.isEmpty || !calls.isEmpty || !callsOfNextTurn.isEmpty
        if isWorkLeft != isIdleArmed {
            isIdleArmed = isWorkLeft
            if isWorkLeft {
                unsafe uv_idle_start(idle.pointer(to: uv_idle_t.self)) { _ in }
            } else {
                unsafe uv_idle_stop(idle.pointer(to: uv_idle_t.self))
            }
        }
    }

    /// Runs callbacks and jobs that are ready, without waiting, until close callbacks and cancelled tasks have run.
    private func settle() {
        /// A turn runs what the one before queued; chains of resumed tasks longer than this mean a bug.
        let turnsMax = 64
        for _ in 0..<turnsMax {
            _ = unsafe uv_run(loop, UV_RUN_NOWAIT)
        }
    }

    private func openHandles() -> [String] {
        var names: [String] = []
        unsafe withUnsafeMutablePointer(to: &names) { names in
            unsafe uv_walk(
                loop,
                { handle, argument in
                    guard let handle = unsafe handle, let argument = unsafe argument else { return }
                    if unsafe uv_is_closing(handle) != 0 { return }
                    let name = unsafe uv_handle_type_name(uv_handle_get_type(handle))
                    let text = unsafe name.map { unsafe String(cString: $0) } ?? "unknown"
                    unsafe argument.assumingMemoryBound(to: [String].self).pointee.append(text)
                },
                names
            )
        }
        for own in ["prepare", "check", "idle", "async"] {
            if let index = names.firstIndex(of: own) { names.remove(at: index) }
        }
        return names
    }
}
