internal import UV

/// A request that waits on its own loop for something that another loop may decide.
struct LoopWaiter<Outcome: Sendable>: Sendable {
    private let loop: EventLoop
    private let completion: LoopBound<Completion<Outcome>>

    /// Makes a waiter of the loop that calls. On the loop.
    init(on loop: EventLoop) {
        self.loop = loop
        completion = LoopBound(Completion(on: loop), on: loop)
    }

    /// Tells the outcome; a hop only when another loop calls. Any thread.
    func resume(_ outcome: Outcome) {
        if loop.isOnLoop {
            completion.value.finish(outcome)
        } else {
            loop.execute { [completion] in completion.value.finish(outcome) }
        }
    }

    /// Waits; nil when the request's task was cancelled. On the loop.
    func outcome(onCancel: @escaping () -> Void) async -> Outcome? {
        await completion.value.value(onCancel: onCancel)
    }
}
