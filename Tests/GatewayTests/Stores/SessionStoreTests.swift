import Testing

@testable import Gateway

@Suite struct SessionStoreTests {
    @Test func `a store that says nothing of it has to be asked`() {
        let token = SessionSamples.token("s")
        let user = User.Key(appID: GatewaySamples.appID, openID: "oUser")
        #expect((BrokenSessionStore() as any SessionStore).lookupNow(user, token, now: 0) == nil)
    }
}
