import Testing

@testable import Gateway

/// What is special of the store in memory; its contract is tested with that of all stores, in SQLiteStoreTests.
@Suite struct MemorySessionStoreTests {
    @Test func `sweeping frees what has expired and only that, share by share`() async throws {
        let store = MemorySessionStore()
        for number in 0..<2_000 {
            let session = SessionSamples.session("s\(number)", expiresAt: number < 1_900 ? 100 : 200)
            let user = User.Key(appID: GatewaySamples.appID, openID: "user\(number)")
            try await store.open(session, of: user, identity: UserIdentity(), limit: 1, now: 0)
        }
        let shares = SessionRows.shareCount
        store.sweep(now: 100)
        #expect(store.liveCount < 2_000 && store.liveCount > 1_800)
        for _ in 1..<shares { store.sweep(now: 100) }
        #expect(store.liveCount == 100)
        for _ in 0..<shares { store.sweep(now: 200) }
        #expect(store.liveCount == 0)
    }
}
