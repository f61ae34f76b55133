/// Intended starts of an open loop that no connection was free for, oldest first.
struct Backlog {
    /// As many as wait at most. They cost 8 bytes each; a target that is so far behind has failed whatever follows.
    static let waitingMax = 1_000_000

    private var moments: [UInt64] = []
    private var head = 0
    private let limit: Int

    init(limit: Int = Backlog.waitingMax) { self.limit = limit }

    var count: Int { moments.count - head }

    /// False when it is full.
    mutating func append(_ moment: UInt64) -> Bool {
        guard count < limit else { return false }
        moments.append(moment)
        return true
    }

    mutating func popFirst() -> UInt64? {
        guard head < moments.count else { return nil }
        let moment = moments[head]
        head += 1
        if head == moments.count {
            moments.removeAll(keepingCapacity: true)
            head = 0
        } else if head > 4096, head * 2 > moments.count {
            moments.removeFirst(head)
            head = 0
        }
        return moment
    }

    /// Takes all of them out.
    mutating func drain() -> [UInt64] {
        let rest = Array(moments[head...])
        moments.removeAll()
        head = 0
        return rest
    }
}
