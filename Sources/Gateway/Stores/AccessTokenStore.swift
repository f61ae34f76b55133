/// Keeps one sealed record an app: its access_token and what must be remembered with it. Any thread.
///
/// A call that changes something returns after the change is as safe as the store makes anything; one that throws has
/// changed nothing.
public protocol AccessTokenStore: Sendable {
    /// The app's record, or nil when there is none.
    func load(_ appID: String) async throws(StoreError) -> SealedRecord?

    /// Puts a record in the place of the one before.
    func save(_ record: SealedRecord, of appID: String) async throws(StoreError)
}
