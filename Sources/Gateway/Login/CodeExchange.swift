internal import Synchronization
internal import UV
internal import WeChat

/// One exchange a code over all loops, and the short memory that lets a phone repeat a login whose reply was lost.
///
/// Any thread. Records are spread over several locks, so loops seldom meet.
final class CodeExchange: Sendable {
    /// Locks over which codes are spread; as many as six bits name.
    private static let shardCount = 64
    /// Finished codes remembered at most, some 500 bytes each; above it the oldest lose their replay early.
    static let rememberedMax = 262_144
    /// Expired records dropped by one request at most, so that none pays for a quiet hour.
    private static let dropsPerEntry = 16

    enum Entry {
        /// The code is new: the caller makes the exchange, reports with `ended`, and waits like everybody.
        case exchange(CodeRecord, CodeRecord.Place)
        case wait(CodeRecord, CodeRecord.Place)
        /// A repeat by the same client.
        case exchanged(CodeRecord, WeChatSession)
        case used
        case failed(WeChatError)
        case refused
    }

    private struct Table {
        var records = CodeTable()
        /// In order of `forgetAt`, since every code is remembered equally long.
        var remembered: [CodeRecord] = []
        var dropped = 0
    }

    private final class Shard: Sendable {
        let table = Mutex(Table())
    }

    private let shards = (0..<shardCount).map { _ in Shard() }
    private let replayMilliseconds: Int64
    private let rememberedMaxPerShard: Int

    /// - Parameters:
    ///   - replayMilliseconds: how long after the exchange its client may repeat; 0: not at all.
    ///   - rememberedMax: the bound of the memory, less only in tests.
    init(replayMilliseconds: Int64, rememberedMax: Int = CodeExchange.rememberedMax) {
        self.replayMilliseconds = replayMilliseconds
        rememberedMaxPerShard = max(1, rememberedMax / CodeExchange.shardCount)
    }

    /// A request with this code arrives. On its loop; `now` in Unix milliseconds.
    func enter(_ key: CodeKey, client: ClientIdentity, isPost: Bool, now: Int64, on loop: EventLoop) -> Entry {
        let (record, isNew) = shard(of: key).table.withLock { table in
            CodeExchange.forget(in: &table, now: now)
            if let known = table.records.record(of: key), !known.isForgotten(now: now) { return (known, false) }
            let record = CodeRecord(key, leader: client)
            table.records.insert(record)
            return (record, true)
        }
        let (action, place) = record.enter(client, mayRepeat: isPost, on: loop)
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
            guard isSuccess, replayMilliseconds > 0 else { return table.records.remove(record) }
            if table.remembered.count - table.dropped >= rememberedMaxPerShard { CodeExchange.dropFirst(in: &table) }
            record.remember(until: now + replayMilliseconds)
            table.remembered.append(record)
        }
    }

    /// Forgets what has expired though no request came by; once every few seconds is enough.
    func sweep(now: Int64) {
        for shard in shards { shard.table.withLock { CodeExchange.forget(in: &$0, now: now) } }
    }

    /// Codes in flight or remembered; for tests and metrics.
    var count: Int { shards.reduce(0) { $0 + $1.table.withLock { $0.records.count } } }

    private static func forget(in table: inout Table, now: Int64) {
        for _ in 0..<dropsPerEntry {
            guard table.dropped < table.remembered.count, table.remembered[table.dropped].isForgotten(now: now) else {
                return
            }
            dropFirst(in: &table)
        }
    }

    private static func dropFirst(in table: inout Table) {
        table.records.remove(table.remembered[table.dropped])
        table.dropped += 1
        // Moving the rest is worth it only when at least half goes.
        if table.dropped * 2 >= table.remembered.count {
            table.remembered.removeFirst(table.dropped)
            table.dropped = 0
        }
    }

    private func shard(of key: CodeKey) -> Shard {
        // The upper bits: the tables go by the lower ones.
        shards[Int(truncatingIfNeeded: key.hash &>> 58)]
    }
}
