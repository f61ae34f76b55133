internal import CSQLite
internal import Glibc
internal import Logging

/// The one thread that touches the database. Loops put requests into its queue; it takes everything queued into one
/// transaction and answers after the commit.
@safe final class StoreThread: Sendable {
    private let queue: StoreQueue
    private let thread: pthread_t

    /// What the thread needs, handed over to it.
    private final class Start {
        let tables: StoreTables
        let queue: StoreQueue
        let health: StoreHealth
        let logger: Logger

        init(tables: StoreTables, queue: StoreQueue, health: StoreHealth, logger: Logger) {
            self.tables = tables
            self.queue = queue
            self.health = health
            self.logger = logger
        }
    }

    /// SQLite's deepest calls and a batch's closures want far less.
    private static let stackBytes = 1 << 20

    /// Starts the thread, which from now on owns the tables (the caller touches them no more); nil when the system has none to give.
    init?(owning tables: StoreTables, queue: StoreQueue, health: StoreHealth, logger: Logger) {
        let start = Start(tables: tables, queue: queue, health: health, logger: logger)
        let argument = unsafe Unmanaged.passRetained(start)
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        unsafe pthread_attr_setstacksize(&attributes, Self.stackBytes)
        var thread = pthread_t()
        let status = unsafe pthread_create(
            &thread,
            &attributes,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                unsafe pthread_setname_np(pthread_self(), "store")
                StoreThread.run(start)
                return nil
            },
            argument.toOpaque()
        )
        unsafe pthread_attr_destroy(&attributes)
        if status != 0 {
            unsafe argument.release()
            return nil
        }
        self.queue = queue
        self.thread = thread
    }

    /// Does what is queued, takes nothing more, closes the database and waits for the thread's end.
    func closeAndJoin() {
        queue.close()
        pthread_join(thread, nil)
    }

    private static func run(_ start: Start) {
        let worker = StoreWorker(tables: start.tables, health: start.health, logger: start.logger)
        while let batch = start.queue.take() { worker.run(batch) }
        worker.finish()
    }
}
