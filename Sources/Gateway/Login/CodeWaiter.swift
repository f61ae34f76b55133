/// A request that waits for what becomes of a code, on its own loop.
protocol CodeWaiter: AnyObject, Sendable {
    /// Tells it; a hop only when another loop calls. Any thread.
    func resume(_ wake: CodeRecord.Wake)
}
