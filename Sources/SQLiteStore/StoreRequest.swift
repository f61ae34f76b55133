internal import Gateway
internal import Glibc
internal import Synchronization
internal import UV

/// Something that a loop asks of the store's thread, answered exactly once: by the thread, or by whoever finds that it
/// has waited too long.
class StoreRequest: @unchecked Sendable {
    /// What a request needs of the file.
    enum Kind: Sendable {
        case read, write
    }

    let kind: Kind
    /// Monotonic milliseconds.
    let queuedAt: UInt64
    /// Where the answer is awaited; nil: anywhere.
    let loop: EventLoop?
    private let hasAnswer = Atomic(false)

    init(_ kind: Kind, on loop: EventLoop? = nil) {
        self.kind = kind
        self.loop = loop
        queuedAt = StoreRequest.now
    }

    /// Monotonic milliseconds.
    static var now: UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
        return UInt64(time.tv_sec) * 1_000 + UInt64(time.tv_nsec) / 1_000_000
    }

    /// Nobody waits for it any more.
    final var isAnswered: Bool { hasAnswer.load(ordering: .relaxed) }

    /// Does what was asked, inside a transaction; again after a rollback. On the store's thread.
    func perform(on tables: StoreTables) throws(SQLiteError) {}

    /// Gives the answer. Called once, after ``claim()``, on the loop if there is one; but where a loop hangs, on any thread.
    func deliver(_ isDone: Bool) {}

    /// It was not done, or nobody knows. Any thread.
    final func fail() {
        if claim() { deliver(false) }
    }

    /// Whether nobody has answered it yet. Then it is the caller who does.
    final func claim() -> Bool {
        hasAnswer.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
    }
}

/// A request for whose answer a task is suspended.
@safe final class AwaitedRequest<Answer: Sendable>: StoreRequest, @unchecked Sendable {
    typealias Step = @Sendable (StoreTables) throws(SQLiteError) -> Answer

    private let step: Step
    private let continuation: UnsafeContinuation<Result<Answer, StoreError>, Never>
    /// Of the store's thread.
    private var answer: Answer?

    init(
        _ kind: Kind,
        on loop: EventLoop?,
        _ step: @escaping Step,
        answering continuation: UnsafeContinuation<Result<Answer, StoreError>, Never>
    ) {
        self.step = step
        unsafe self.continuation = unsafe continuation
        super.init(kind, on: loop)
    }

    override func perform(on tables: StoreTables) throws(SQLiteError) {
        answer = try step(tables)
    }

    override func deliver(_ isDone: Bool) {
        guard isDone, let answer else {
            unsafe continuation.resume(returning: .failure(.unavailable))
            return
        }
        unsafe continuation.resume(returning: .success(answer))
    }
}

/// Background work: nobody waits for it, and no second one is queued before it is over.
final class ChoreRequest: StoreRequest, @unchecked Sendable {
    private let step: @Sendable (StoreTables) throws(SQLiteError) -> Void
    private let onEnd: @Sendable () -> Void

    init(
        _ step: @escaping @Sendable (StoreTables) throws(SQLiteError) -> Void,
        onEnd: @escaping @Sendable () -> Void
    ) {
        self.step = step
        self.onEnd = onEnd
        super.init(.write)
    }

    override func perform(on tables: StoreTables) throws(SQLiteError) {
        try step(tables)
    }

    override func deliver(_ isDone: Bool) {
        onEnd()
    }
}
