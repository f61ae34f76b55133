internal import Synchronization
internal import WeChat

/// One exchange a code over all loops, and the short memory that lets a phone repeat a login whose reply was lost.
///
/// Any thread. Records are spread over several locks, so loops seldom meet.
final class CodeExchange: Sendable {
    /// Locks over which codes are spread; as many as six bits name.
    private static let shardCount = 64
    /// Finished codes remembered at most, some 200 bytes each once their sessions are open; above it the oldest lose
    /// their replay early.
    static let rememberedMax = 262_144
    /// Expired records dropped by one request at most, so that none pays for a quiet hour.
    private static let dropsPerEntry = 16

    enum Entry {
        /// The code is new: the caller makes the exchange, reports with `ended`, and waits like everybody.
        case exchange(CodeRecord, CodeRecord.Place)
        case wait(CodeRecord, CodeRecord.Place)
        /// A repeat by the same client.
        case exchanged(CodeRecord, WeChatSession)
        /// The same, its session open.
        case repeated(WeChatSession, RememberedLogin)
        case used
        case failed(WeChatError)
        case refused
    }

    private struct Table {
        /// Codes being exchanged.
        var running = CodeTable()
        var remembered: RememberedCodes
    }

    private final class Shard: Sendable {
        let table: Mutex<Table>

        init(rememberedMax: Int) {
            table = Mutex(Table(remembered: RememberedCodes(countMax: rememberedMax)))
        }
    }

    private let shards: [Shard]
    private let replayMilliseconds: Int64

    /// - Parameters:
    ///   - replayMilliseconds: how long after the exchange its client may repeat; 0: not at all.
    ///   - rememberedMax: the bound of the memory, less only in tests.
    init(replayMilliseconds: Int64, rememberedMax: Int = CodeExchange.rememberedMax) {
        self.replayMilliseconds = replayMilliseconds
        let perShard = max(1, rememberedMax / CodeExchange.shardCount)
        shards = (0..<CodeExchange.shardCount).map { _ in Shard(rememberedMax: perShard) }
    }

    /// A request with this code arrives. On its loop; `now` in Unix milliseconds.
    func enter(_ key: CodeKey, client: ClientIdentity, isPost: Bool, now: Int64, waiter: any CodeWaiter) -> Entry {
        let known = shard(of: key).table.withLock { table in
            table.remembered.forget(now: now, max: CodeExchange.dropsPerEntry)
            if let record = table.running.record(of: key) { return Known.record(record) }
            switch table.remembered.find(key, now: now) {
            case .record(let record): return .record(record)
            case .opened(let code): return .opened(code)
            case nil:
                let record = CodeRecord(key, leader: client)
                table.running.insert(record)
                return .new(record)
            }
        }
        switch known {
        case .new(let record): return enter(record, isNew: true, client: client, isPost: isPost, waiter: waiter)
        case .record(let record): return enter(record, isNew: false, client: client, isPost: isPost, waiter: waiter)
        case .opened(let code):
            guard isPost, let (session, login) = code.repeated(by: client) else { return .used }
            return .repeated(session, login)
        }
    }

    private enum Known {
        case new(CodeRecord)
        case record(CodeRecord)
        case opened(RememberedCode)
    }

    private func enter(
        _ record: CodeRecord,
        isNew: Bool,
        client: ClientIdentity,
        isPost: Bool,
        waiter: any CodeWaiter
    ) -> Entry {
        let (action, place) = record.enter(client, mayRepeat: isPost, waiter: waiter)
        switch action {
        case .wait: return isNew ? .exchange(record, place) : .wait(record, place)
        case .exchanged(let session): return .exchanged(record, session)
        case .used: return .used
        case .failed(let error): return .failed(error)
        case .refused: return .refused
        }
    }

    /// The exchange of a code is over; a success is remembered for the replay window, a failure not at all.
    func ended(_ record: CodeRecord, isSuccess: Bool, now: Int64) {
        shard(of: record.key).table.withLock { table in
            table.running.remove(record)
            guard isSuccess, replayMilliseconds > 0 else { return }
            table.remembered.append(record, until: now + replayMilliseconds)
        }
    }

    /// The session of a code is open: of all that the record holds a repeat needs little.
    func opened(_ record: CodeRecord, _ session: WeChatSession, _ login: RememberedLogin) {
        guard replayMilliseconds > 0, let code = RememberedCode(session, of: record.owner, login) else { return }
        shard(of: record.key).table.withLock { $0.remembered.replace(record, by: code) }
    }

    /// Forgets some of what has expired though no request came by; once every few seconds is enough.
    func sweep(now: Int64) {
        for shard in shards {
            shard.table.withLock { $0.remembered.forget(now: now, max: CodeExchange.dropsPerEntry) }
        }
    }

    /// Codes in flight or remembered; for tests and metrics.
    var count: Int { shards.reduce(0) { $0 + $1.table.withLock { $0.running.count + $0.remembered.count } } }

    private func shard(of key: CodeKey) -> Shard {
        // By the half that the tables do not go by.
        shards[Int(truncatingIfNeeded: key.high &>> 58)]
    }
}
