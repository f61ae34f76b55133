/// What the embedded store allows itself, each with its reason. Tests make smaller ones.
struct StoreLimits: Sendable {
    /// Requests waiting or in work at most; beyond, callers are told at once. At tens of thousands a second this is what
    /// the thread does in less than a second, and some megabytes.
    var queueMax = 16_384
    /// Requests of one transaction at most. The cost of a commit is shared well before that, and the first of a batch
    /// waits for the last.
    var batchMax = 256
    /// Milliseconds after which a caller is told that the store does not answer, also when the disk hangs. Clients of a
    /// login wait for seconds, not longer.
    var waitMax: UInt64 = 5_000
    /// Milliseconds for which a transaction waits for a lock that another process holds, such as somebody's `sqlite3`
    /// shell. All requests wait with it, so not long.
    var busyMax: Int32 = 500
    /// Pages (4 KiB) of log after which a commit also writes them back: 64 MB. A page that many commits changed is then
    /// written once, and reading the log back at start stays a matter of a second.
    var checkpointPages = 16_000
    /// Bytes to which the log file is cut after it had to grow beyond, as during a long backup.
    var logBytesMax = 64 << 20
    /// KiB of the page cache: the inner pages of millions of users.
    var cacheKiB = 32_768
    /// Entries of a batch's bookkeeping whose room is kept for the next batch: some of the usual size.
    static let keptChangesMax = 1_024
    /// Users whose expired sessions are removed in one sweep, once a second, at most: as many as log in at full rate, or
    /// the file would grow without end; some tens of milliseconds of the thread.
    var sweptSessionsMax = 4_096
    /// Users at whose displaced session_keys one sweep looks: a million users within a bit more than an hour.
    var sweptUsersMax = 256
    /// Pages whose gaps are overwritten at once after an erasure if there are no more, else in each sweep until all were:
    /// 16 MiB, some ten milliseconds. A file of a million users takes about a minute.
    var scrubbedPagesMax: Int64 = 4_096
}
