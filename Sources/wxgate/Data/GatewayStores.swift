import Gateway
import Logging
import SQLiteStore

/// Where users, sessions and access_tokens are kept, as `WXGATE_STORE` says, and how that ends.
struct GatewayStores: Sendable {
    let users: any UserStore
    let sessions: any SessionStore
    let logins: any LoginStore
    let accessTokens: any AccessTokenStore
    private let embedded: EmbeddedStore?

    /// Opens what the settings ask for. Blocks while sessions are loaded, so before loops start.
    ///
    /// - Parameter directory: taken for this process; nil only with stores in memory.
    init(_ settings: Settings, in directory: DataDirectory?, logger: Logger) throws(StartFault) {
        guard settings.store == .sqlite, let directory else {
            embedded = nil
            let (users, sessions) = (MemoryUserStore(), MemorySessionStore())
            self.users = users
            self.sessions = sessions
            logins = MemoryLoginStore(users: users, sessions: sessions)
            accessTokens = MemoryAccessTokenStore()
            return
        }
        do throws(EmbeddedStoreError) {
            let store = try EmbeddedStore(directory: directory.path, logger: logger)
            embedded = store
            users = store.users
            sessions = store.sessions
            logins = store.logins
            accessTokens = store.accessTokens
        } catch {
            var kind = StartFault.Kind.configuration
            if case .cannotOpenNow = error { kind = .temporary }
            throw StartFault(kind, .dataDirectory, directory.path, "the store cannot be opened: \(error)")
        }
    }

    /// Ends what is under way and closes the file; when no loop asks any more.
    func close() { embedded?.close() }
}
