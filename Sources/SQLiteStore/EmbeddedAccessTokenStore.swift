internal import Gateway

/// The access_tokens of an ``EmbeddedStore``: each call is one step on its thread.
///
/// What a save replaces is overwritten in the file at its next checkpoint, but stays in the write-ahead log until that is
/// used again: it is sealed, dead within hours, and no person's data.
final class EmbeddedAccessTokenStore: AccessTokenStore {
    private let client: StoreClient

    init(client: StoreClient) {
        self.client = client
    }

    func load(_ appID: String) async throws(StoreError) -> SealedRecord? {
        try await client.ask(.read) { tables throws(SQLiteError) in try tables.accessTokens.load(appID) }
    }

    func save(_ record: SealedRecord, of appID: String) async throws(StoreError) {
        try await client.ask(.write) { tables throws(SQLiteError) in try tables.accessTokens.save(record, of: appID) }
    }
}
