internal import UV

/// A request that waits on its own loop for something that another loop may decide.
///
/// As ``Completion``, in one object and known to the compiler with its type: it is on the way of every login.
@safe final class LoopWaiter<Outcome: Sendable>: @unchecked Sendable {
    @safe private enum State {
        case pending
        case waiting(UnsafeContinuation<Void, Never>)
        case ended
    }

    private let loop: EventLoop
    private var state = State.pending
    private var outcome: Outcome?
    private var onCancel: (() -> Void)?

    /// Makes a waiter of the loop that calls. On the loop.
    init(on loop: EventLoop) {
        self.loop = loop
    }

    /// Tells the outcome; a hop only when another loop calls. Any thread; only the first outcome counts.
    func resume(_ outcome: Outcome) {
        if loop.isOnLoop {
            end(outcome)
        } else {
            loop.execute { self.end(outcome) }
        }
    }

    /// Waits; nil when the request's task was cancelled. On the loop, once.
    ///
    /// - Parameter onCancel: runs on the loop when the task is cancelled before the outcome came.
    func outcome(isolation: isolated (any Actor)? = #isolation, onCancel: @escaping () -> Void) async -> Outcome? {
        if case .ended = state { return outcome.take() }
        self.onCancel = onCancel
        await withTaskCancellationHandler {
            await unsafe withUnsafeContinuation(isolation: isolation) { continuation in
                if case .ended = state {
                    unsafe continuation.resume()
                } else {
                    state = unsafe .waiting(continuation)
                }
            }
        } onCancel: {
            if loop.isOnLoop { cancel() } else { loop.execute { self.cancel() } }
        }
        self.onCancel = nil
        return outcome.take()
    }

    private func cancel() {
        if case .ended = state { return }
        let onCancel = onCancel.take()
        end(nil)
        onCancel?()
    }

    private func end(_ outcome: Outcome?) {
        switch state {
        case .pending:
            self.outcome = outcome
            state = .ended
        case .waiting(let continuation):
            self.outcome = outcome
            state = .ended
            unsafe continuation.resume()
        case .ended:
            break
        }
    }
}
