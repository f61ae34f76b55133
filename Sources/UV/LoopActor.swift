/// The isolation domain of one event loop: code isolated to it runs on the loop's thread, without a hop.
///
/// Connections, transfers and services are non-Sendable classes reached only from code isolated to this actor, or from
/// libuv callbacks, which run on the same thread.
public actor LoopActor {
    /// The loop, which is also this actor's executor.
    public nonisolated let loop: EventLoop

    /// Makes every isolated function run on the loop (SE-0392).
    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    init(loop: EventLoop) {
        self.loop = loop
    }

    /// Runs a body isolated to the loop and returns its result. Callable from anywhere.
    public func run<Result: Sendable, Failure: Error>(
        _ body: @Sendable (isolated LoopActor) async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        try await body(self)
    }
}
