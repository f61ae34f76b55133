internal import Logging
internal import UV

/// Does batches of requests: one transaction each, answers after the commit. On the store's thread.
final class StoreWorker {
    private let tables: StoreTables
    private let health: StoreHealth
    private let logger: Logger

    init(tables: StoreTables, health: StoreHealth, logger: Logger) {
        self.tables = tables
        self.health = health
        self.logger = logger
    }

    /// Does a batch and answers each of its requests.
    func run(_ batch: [StoreRequest]) {
        // Whoever was told already that it failed should find that true, as far as we can still see to it.
        let requests = batch.contains(where: \.isAnswered) ? batch.filter { !$0.isAnswered } : batch
        if requests.isEmpty { return }
        do throws(SQLiteError) {
            try perform(requests)
            succeed(requests)
        } catch {
            if requests.count > 1, error.isOfDamage || !error.isOfEnvironment {
                // One of them is at fault, or came upon a damaged page: the others shall not suffer from it.
                for request in requests { run([request]) }
            } else if error.isOfEnvironment {
                health.fail(error.description)
                let reads = requests.filter { $0.kind == .read }
                for request in requests where request.kind == .write || reads.count == requests.count {
                    request.fail()
                }
                // A full disk or somebody's write lock keeps nobody from reading.
                if reads.count < requests.count { run(reads) }
            } else {
                logger.critical("a request to the store failed by our own fault", metadata: ["error": "\(error)"])
                for request in requests { request.fail() }
            }
        }
    }

    /// Leaves a database whose log is empty, so that the next start and a copy of the file need nothing else.
    func finish() {
        do throws(SQLiteError) {
            _ = try tables.database.truncateLog(busyMilliseconds: 0)
        } catch {
            logger.warning("the write-ahead log stays for the next start", metadata: ["error": "\(error)"])
        }
    }

    /// Answers what is safe now: one call, and so at most one wake, a loop.
    private func succeed(_ requests: [StoreRequest]) {
        var answers: [(loop: EventLoop, requests: [StoreRequest])] = []
        for request in requests where request.claim() {
            guard let loop = request.loop else {
                request.deliver(true)
                continue
            }
            if let index = answers.firstIndex(where: { $0.loop === loop }) {
                answers[index].requests.append(request)
            } else {
                answers.append((loop, [request]))
            }
        }
        for (loop, requests) in answers {
            loop.execute { for request in requests { request.deliver(true) } }
        }
    }

    private func perform(_ requests: [StoreRequest]) throws(SQLiteError) {
        let isReadOnly = requests.allSatisfy { $0.kind == .read }
        let hasWritten = try tables.transaction(isReadOnly ? .read : .write) { () throws(SQLiteError) in
            for request in requests { try request.perform(on: tables) }
        }
        tables.finishErasures()
        if hasWritten { health.recover() }
    }
}
