internal import Logging
internal import UV

/// The one thread that touches the database. Loops put requests into its queue; it takes everything queued into one
/// transaction and answers after the commit.
final class StoreThread: Sendable {
    private let queue: StoreQueue
    private let thread: SystemThread

    /// SQLite's deepest calls and a batch's closures want far less.
    private static let stackBytes = 1 << 20

    /// Starts the thread, which from now on owns the tables: the caller touches them no more.
    ///
    /// - Throws: the system's error when it has no thread to give.
    init(
        owning tables: sending StoreTables,
        queue: StoreQueue,
        health: StoreHealth,
        logger: Logger
    ) throws(UVError) {
        let worker = StoreWorker(tables: tables, health: health, logger: logger)
        thread = try SystemThread(name: "store", stackBytes: Self.stackBytes) {
            while let batch = queue.take() { worker.run(batch) }
            worker.finish()
        }
        self.queue = queue
    }

    /// Does what is queued, takes nothing more, closes the database and waits for the thread's end.
    func closeAndJoin() {
        queue.close()
        thread.join()
    }
}
