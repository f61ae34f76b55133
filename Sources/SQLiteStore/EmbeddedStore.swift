public import Gateway
public import Logging
internal import Synchronization
internal import UV

/// Users, sessions and access_tokens in one SQLite file of the data directory, served by a thread of its own. Any thread.
///
/// What a call acknowledges is in the write-ahead log and survives the end of the process, also by `kill -9`; a power cut
/// may take the last commits (`synchronous=NORMAL`). Sessions are in memory too, so a check never waits for the disk.
///
/// A request that waited longer than `StoreLimits.waitMax` is told ``Gateway/StoreError/unavailable``. If the thread had
/// begun with it, its outcome is unknown: it may still be committed, as with every reply that is lost on its way.
public final class EmbeddedStore: Sendable {
    /// The file within the data directory; `-wal` and `-shm` lie beside it while it is open.
    public static let fileName = "wxgate.db"

    /// The users.
    public let users: any UserStore
    /// The sessions.
    public let sessions: any SessionStore
    /// Logins, each one step.
    public let logins: any LoginStore
    /// The access_tokens.
    public let accessTokens: any AccessTokenStore

    let client: StoreClient
    let index: SessionIndex
    private let thread: StoreThread
    private let isClosed = Atomic(false)

    /// Opens the file in a directory, makes it if there is none, and loads the sessions. Blocks: before loops start.
    ///
    /// - Parameter directory: exists, and no other process uses it.
    /// - Throws: ``EmbeddedStoreError``; the file is then as it was.
    public convenience init(directory: String, logger: Logger) throws(EmbeddedStoreError) {
        try self.init(directory: directory, schema: .current, limits: StoreLimits(), logger: logger)
    }

    init(
        directory: String,
        schema: Schema = .current,
        limits: StoreLimits,
        logger: Logger
    ) throws(EmbeddedStoreError) {
        let path = directory + "/" + Self.fileName
        try DatabaseFile.prepare(path: path, schema: schema)
        index = SessionIndex()
        let tables = try Self.openTables(path, index: index, schema: schema, limits: limits, logger: logger)
        let queue = StoreQueue(limits: limits)
        let health = StoreHealth(logger: logger)
        client = StoreClient(queue: queue, health: health)
        do throws(UVError) {
            thread = try StoreThread(owning: tables, queue: queue, health: health, logger: logger)
        } catch {
            throw .cannotOpenNow(path: path, reason: "no thread for it: \(error)")
        }
        users = EmbeddedUserStore(client: client)
        sessions = EmbeddedSessionStore(client: client, index: index)
        logins = EmbeddedLoginStore(client: client)
        accessTokens = EmbeddedAccessTokenStore(client: client)
    }

    /// Does what was asked before, closes the file and waits for that; blocks, so not on a loop. What is asked later is
    /// told that the store is unavailable.
    public func close() {
        if isClosed.exchange(true, ordering: .acquiringAndReleasing) { return }
        thread.closeAndJoin()
    }

    deinit {
        close()
    }

    private static func openTables(
        _ path: String,
        index: SessionIndex,
        schema: Schema,
        limits: StoreLimits,
        logger: Logger
    ) throws(EmbeddedStoreError) -> StoreTables {
        let database = try EmbeddedStoreError.refusing(path) { () throws(SQLiteError) in
            let database = try Database(path: path, busyMilliseconds: limits.busyMax)
            try database.execute(
                "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA synchronous = NORMAL",
                action: "configuring the database"
            )
            return database
        }
        // Before WAL: a refused file must not change, and the header of one of ours always tells its version.
        try schema.apply(to: database, path: path)
        return try EmbeddedStoreError.refusing(path) { () throws(SQLiteError) in
            try database.execute(
                """
                PRAGMA journal_mode = WAL;
                PRAGMA wal_autocheckpoint = \(limits.checkpointPages);
                PRAGMA journal_size_limit = \(limits.logBytesMax);
                PRAGMA cache_size = -\(limits.cacheKiB);
                """,
                action: "configuring the database"
            )
            // A process that was killed may have erased somebody and not emptied its log.
            let isLogEmpty = try database.truncateLog(busyMilliseconds: 0)
            let tables = try StoreTables(database, index: index, limits: limits, logger: logger)
            if !isLogEmpty { tables.logWasLeft() }
            return tables
        }
    }
}
