internal import Glibc

/// What the loops ask of the store's thread, in order. Any thread.
@safe final class StoreQueue: @unchecked Sendable {
    private let limits: StoreLimits

    // Mutex has no condition to wait for; these two do.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let filled = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    // Under the mutex.
    /// Asked in turns of loops that are not over; the thread does not see them yet.
    private var arriving: [StoreRequest] = []
    /// Who will end its turn by a flush, and has asked last.
    private var flusher: ObjectIdentifier?
    private var waiting: [StoreRequest] = []
    private var taken: [StoreRequest] = []
    private var isThreadAsleep = false
    private var isClosed = false

    init(limits: StoreLimits) {
        self.limits = limits
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(filled, nil)
    }

    deinit {
        unsafe pthread_mutex_destroy(mutex)
        unsafe pthread_cond_destroy(filled)
        unsafe mutex.deallocate()
        unsafe filled.deallocate()
    }

    /// Adds a request; false when there are too many or the store was closed.
    func add(_ request: StoreRequest) -> Bool {
        locked {
            guard hasRoom else { return false }
            waiting.append(request)
            wakeThread()
            return true
        }
    }

    /// Adds a request of a loop, whose turn is one batch: shown to the thread by ``flush()`` at the turn's end. The thread
    /// would else begin with the first of them, and commit each by itself.
    ///
    /// - Parameter schedule: has ``flush()`` called at the end of the loop's turn.
    /// - Returns: as ``add(_:)``.
    func add(_ request: StoreRequest, inTurnOf loop: ObjectIdentifier, schedule: () -> Void) -> Bool {
        var isFirst = false
        let isAdded = locked {
            guard hasRoom else { return false }
            arriving.append(request)
            // Any flush takes what all loops asked. One that another loop has to make is not waited for.
            isFirst = flusher != loop
            flusher = loop
            return true
        }
        if isFirst { schedule() }
        return isAdded
    }

    /// A loop's turn is over: what arrived is a batch for the thread.
    func flush() {
        locked { publish() }
    }

    /// Waits for requests and takes the oldest, up to a batch; nil when there are none and none will come. The batch
    /// before it counts as done.
    func take() -> [StoreRequest]? {
        locked {
            taken.removeAll(keepingCapacity: taken.count <= limits.batchMax)
            while waiting.isEmpty {
                if isClosed { return nil }
                isThreadAsleep = true
                unsafe pthread_cond_wait(filled, mutex)
            }
            if waiting.count <= limits.batchMax {
                swap(&taken, &waiting)
            } else {
                taken = Array(waiting.prefix(limits.batchMax))
                waiting.removeFirst(limits.batchMax)
            }
            return taken
        }
    }

    /// Takes out what has waited too long, and names what has been in work for too long.
    func overdue() -> [StoreRequest] {
        let now = StoreRequest.now
        return locked {
            // A loop that hangs in its turn keeps nobody waiting for longer.
            publish()
            let isOverdue = { (request: StoreRequest) in request.queuedAt + self.limits.waitMax <= now }
            // Oldest first, so most calls look at one or two.
            let untouched = waiting.prefix(while: isOverdue)
            let stuck = taken.prefix(while: isOverdue).filter { !$0.isAnswered }
            let found = stuck + untouched
            waiting.removeFirst(untouched.count)
            return found
        }
    }

    /// Takes nothing more; what is queued is still done.
    func close() {
        locked {
            publish()
            isClosed = true
            wakeThread()
        }
    }

    private var hasRoom: Bool { !isClosed && arriving.count + waiting.count + taken.count < limits.queueMax }

    private func publish() {
        flusher = nil
        if arriving.isEmpty { return }
        if waiting.isEmpty { swap(&waiting, &arriving) } else { waiting.append(contentsOf: arriving) }
        arriving.removeAll(keepingCapacity: true)
        wakeThread()
    }

    private func wakeThread() {
        guard isThreadAsleep else { return }
        isThreadAsleep = false
        unsafe pthread_cond_signal(filled)
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return body()
    }
}
