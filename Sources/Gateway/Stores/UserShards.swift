internal import Synchronization

/// Something kept for each user, spread over several locks by user. Any thread.
///
/// Loops seldom meet at a lock, and a table that grows moves only its own share of the users at once.
package final class UserShards<Table: Sendable>: Sendable {
    /// More than loops, so that two of them seldom want the same lock, and so many that going over one of them takes
    /// a moment only, also with millions of users.
    package static var count: Int { 256 }

    private final class Shard: Sendable {
        let table: Mutex<Table>
        init(_ table: Table) { self.table = Mutex(table) }
    }

    private let shards: [Shard]

    /// Tables that all begin with the same value.
    package init(_ table: Table) {
        shards = (0..<Self.count).map { _ in Shard(table) }
    }

    /// Runs a body with the table in which the user belongs.
    package func withLock<Result: Sendable>(of user: User.Key, _ body: (inout Table) -> Result) -> Result {
        shards[Int(UInt(bitPattern: user.hashValue) % UInt(Self.count))].table.withLock { body(&$0) }
    }

    /// Runs a body with one of the tables, each in its turn.
    package func withLock<Result: Sendable>(ofTurn turn: Int, _ body: (inout Table) -> Result) -> Result {
        shards[Int(UInt(bitPattern: turn) % UInt(Self.count))].table.withLock { body(&$0) }
    }

    /// Adds up a count over all tables, one after the other.
    package func sum(_ count: (Table) -> Int) -> Int {
        shards.reduce(0) { $0 + $1.table.withLock { count($0) } }
    }
}
