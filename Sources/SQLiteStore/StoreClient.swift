internal import Gateway
internal import Synchronization
internal import UV

/// The loops' side of the store's thread. Any thread.
final class StoreClient: Sendable {
    private let queue: StoreQueue
    private let health: StoreHealth
    private let sessionChore = Chore()
    private let userChore = Chore()

    /// A kind of background work, of which at most one is queued, and at most one a second begun.
    private final class Chore: Sendable {
        let isQueued = Atomic(false)
        let lastSecond = Atomic<Int64>(.min)

        /// Whether it is this caller's turn: of all loops that come in one second, one.
        func begin(second: Int64) -> Bool {
            guard lastSecond.exchange(second, ordering: .relaxed) != second else { return false }
            return isQueued.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
        }

        func end() {
            isQueued.store(false, ordering: .releasing)
        }
    }

    init(queue: StoreQueue, health: StoreHealth) {
        self.queue = queue
        self.health = health
    }

    /// Why the store cannot serve now; nil: it can.
    var trouble: String? { health.trouble }

    /// Has a step done on the store's thread within a transaction. Suspends; goes on where the caller belongs.
    func ask<Answer: Sendable>(
        _ kind: StoreRequest.Kind,
        isolation: isolated (any Actor)? = #isolation,
        _ step: @escaping AwaitedRequest<Answer>.Step
    ) async throws(StoreError) -> Answer {
        let result = await unsafe withUnsafeContinuation(isolation: isolation) {
            (continuation: UnsafeContinuation<Result<Answer, StoreError>, Never>) in
            let loop = (isolation as? LoopActor)?.loop
            start(unsafe AwaitedRequest(kind, on: loop, step, answering: continuation))
        }
        return try result.get()
    }

    /// Has a request done within a transaction: with all others of its loop's turn, when it has a loop, and then on that.
    func start(_ request: StoreRequest) {
        let isAdded =
            if let loop = request.loop {
                queue.add(request, inTurnOf: ObjectIdentifier(loop)) { loop.inNextDrain { self.queue.flush() } }
            } else {
                queue.add(request)
            }
        if !isAdded { request.fail() }
    }

    /// Removes some expired sessions. Called by every loop about once a second.
    func sweepSessions(now: Int64) {
        refuseOverdue()
        queueChore(sessionChore, second: now) { tables throws(SQLiteError) in
            tables.sessions.sweep(now: now)
        }
    }

    /// Removes some session_keys that are of no use any more. Called by every loop about once a second.
    func sweepUsers(now: Int64) {
        refuseOverdue()
        queueChore(userChore, second: now / 1_000) { tables throws(SQLiteError) in
            try tables.users.sweep(now: now)
        }
    }

    private func queueChore(
        _ chore: Chore,
        second: Int64,
        _ step: @escaping @Sendable (StoreTables) throws(SQLiteError) -> Void
    ) {
        guard chore.begin(second: second) else { return }
        let isInTrouble = trouble != nil
        let request = ChoreRequest(
            { tables throws(SQLiteError) in
                tables.emptyLogIfLeft()
                tables.scrubIfDue()
                // While in trouble, only to see whether it is over.
                if isInTrouble { try tables.probe() } else { try step(tables) }
            },
            onEnd: { chore.end() }
        )
        if !queue.add(request) { request.fail() }
    }

    private func refuseOverdue() {
        let overdue = queue.overdue()
        if overdue.isEmpty { return }
        health.fail("requests have waited for too long: the disk hangs, or there are too many")
        for request in overdue { request.fail() }
    }
}
