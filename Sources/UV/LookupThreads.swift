internal import Synchronization

/// The threads of the process that wait for name servers. They start when there is a lookup and end when there is none.
enum LookupThreads {
    /// Lookups at once: more than the names that a gateway talks to, so that one silent name server holds up no other.
    static let runningMax = 8
    /// Lookups that wait for a thread. A client asks once a name at a time, so more than this is a mistake somewhere.
    static let waitingMax = 256
    /// `getaddrinfo` and the modules behind it want room of their own (nsswitch.conf(5)).
    private static let stackBytes = 512 << 10

    private struct Work {
        var running = 0
        /// In order of arrival.
        var waiting: [@Sendable () -> Void] = []
    }

    private static let work = Mutex(Work())

    /// Runs a blocking body on one of the threads; false when too many wait or the system has no thread. Any thread.
    static func run(_ body: @escaping @Sendable () -> Void) -> Bool {
        enum Place { case thread, queue, none }
        let place = work.withLock { work in
            if work.running < runningMax {
                work.running += 1
                return Place.thread
            }
            guard work.waiting.count < waitingMax else { return .none }
            work.waiting.append(body)
            return .queue
        }
        switch place {
        case .queue: return true
        case .none: return false
        case .thread: return start(with: body)
        }
    }

    private static func start(with first: @escaping @Sendable () -> Void) -> Bool {
        do throws(UVError) {
            let thread = try SystemThread(name: "wx-resolve", stackBytes: stackBytes) {
                var next: (@Sendable () -> Void)? = first
                while let body = next {
                    body()
                    next = work.withLock { work in
                        if !work.waiting.isEmpty { return work.waiting.removeFirst() }
                        work.running -= 1
                        return nil
                    }
                }
            }
            thread.detach()
            return true
        } catch {
            work.withLock { $0.running -= 1 }
            return false
        }
    }
}
