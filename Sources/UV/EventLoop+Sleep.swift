extension EventLoop {
    /// Suspends the calling task of this loop for so many milliseconds, exactly timed.
    ///
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    public func sleep(
        milliseconds: UInt64,
        isolation: isolated (any Actor)? = #isolation
    ) async throws(CancellationError) {
        let elapsed = Completion<Void>(on: self)
        let timer = Timer(on: self) { elapsed.finish(()) }
        timer.start(afterMilliseconds: milliseconds)
        let outcome: Void? = await elapsed.value(isolation: isolation)
        timer.close()
        if outcome == nil { throw CancellationError() }
    }
}
