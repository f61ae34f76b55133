internal import Synchronization

/// Access_tokens in memory, gone with the process. Any thread.
public final class MemoryAccessTokenStore: AccessTokenStore {
    private let records = Mutex<[String: SealedRecord]>([:])

    /// An empty store.
    public init() {}

    /// As the protocol says.
    public func load(_ appID: String) async throws(StoreError) -> SealedRecord? {
        records.withLock { $0[appID] }
    }

    /// As the protocol says.
    public func save(_ record: SealedRecord, of appID: String) async throws(StoreError) {
        records.withLock { $0[appID] = record }
    }
}
