// The loop as executor (SE-0392, SE-0417). Both protocols matter: without the task executor preference every resumed
// continuation would go through the global pool first and hop back.
extension EventLoop: SerialExecutor, TaskExecutor {
    /// Queues a job; from the loop's own thread without lock or system call. Any thread.
    public func enqueue(_ job: consuming ExecutorJob) {
        queue(UnownedJob(job))
    }

    /// The loop as the executor of actors.
    public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        unsafe UnownedSerialExecutor(ordinary: self)
    }

    /// Traps unless the calling thread runs the loop.
    public func checkIsolated() {
        preconditionOnLoop()
    }

    /// Whether the calling thread runs the loop.
    public func isIsolatingCurrentContext() -> Bool? {
        isOnLoop
    }
}
