/// A value that arrives once, awaited by at most one task of the same loop, and given up when that task is cancelled.
///
/// The one place where code of a loop suspends. A cancellation that races with the suspension is never lost: the task's
/// own thread, the loop, decides, whichever thread the cancellation comes from.
@safe public final class Completion<Value> {
    @safe private enum State {
        case pending
        case waiting(UnsafeContinuation<Delivery, Never>)
        case finished(Value?)
        case consumed
    }

    /// Carries the value through the continuation; both ends are on the same loop.
    private struct Delivery: @unchecked Sendable {
        let value: Value?
    }

    private let loop: EventLoop
    private var state = State.pending

    /// Makes a completion that is awaited on the given loop.
    public init(on loop: EventLoop) {
        self.loop = loop
    }

    /// Whether a value or a cancellation has already decided this completion. On the loop.
    public var isFinished: Bool {
        switch state {
        case .pending, .waiting: false
        case .finished, .consumed: true
        }
    }

    /// Delivers the value; only the first delivery counts. On the loop.
    public func finish(_ value: Value) {
        decide(value)
    }

    /// Waits for the value. On the loop, once.
    ///
    /// - Parameter onCancel: runs on the loop when the waiting task is cancelled before the value came, to free what
    ///   would have delivered it.
    /// - Returns: the value, or nil when the task was cancelled first.
    public func value(
        isolation: isolated (any Actor)? = #isolation,
        onCancel: @escaping () -> Void = {}
    ) async -> Value? {
        if case .finished(let value) = state {
            state = .consumed
            return value
        }
        let cancel = LoopBound((self, onCancel), on: loop)
        let delivery = await withTaskCancellationHandler {
            await unsafe withUnsafeContinuation(isolation: isolation) { continuation in
                if case .finished(let value) = state {
                    state = .consumed
                    unsafe continuation.resume(returning: Delivery(value: value))
                } else {
                    state = unsafe .waiting(continuation)
                }
            }
        } onCancel: { [loop] in
            if loop.isOnLoop {
                cancel.value.0.cancel(cancel.value.1)
            } else {
                loop.execute { cancel.value.0.cancel(cancel.value.1) }
            }
        }
        return delivery.value
    }

    private func cancel(_ onCancel: () -> Void) {
        guard !isFinished else { return }
        decide(nil)
        onCancel()
    }

    private func decide(_ value: Value?) {
        switch state {
        case .pending:
            state = .finished(value)
        case .waiting(let continuation):
            state = .consumed
            unsafe continuation.resume(returning: Delivery(value: value))
        case .finished, .consumed:
            break
        }
    }
}
