import Glibc
import Synchronization

/// Lets the main thread, which has nothing else to do, wait for asynchronous work.
///
/// An asynchronous `main` would give the thread away to libdispatch for good; a plain wait keeps debuggers, profilers
/// and signals simple.
enum MainThread {
    private final class Outcome: Sendable {
        let error = Mutex<(any Error)?>(nil)
    }

    /// Blocks until the work is done; throws what it throws.
    static func wait(for work: @escaping @Sendable () async throws -> Void) throws {
        let done = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
        unsafe sem_init(done, 0, 0)
        defer {
            unsafe sem_destroy(done)
            unsafe done.deallocate()
        }
        let outcome = Outcome()
        // Outlives the task: this function returns only after the task's last use.
        nonisolated(unsafe) let signal = unsafe done
        Task.detached(name: "main") {
            do {
                try await work()
            } catch {
                outcome.error.withLock { $0 = error }
            }
            unsafe sem_post(signal)
        }
        // EINTR: a signal whose handler has run, nothing else.
        while unsafe sem_wait(done) != 0 {}
        if let error = outcome.error.withLock({ $0 }) { throw error }
    }
}
