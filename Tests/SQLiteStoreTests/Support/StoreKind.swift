import Gateway
import Logging
import SQLiteStore

/// The implementations that the contract is tested with: one more store is one more case.
enum StoreKind: CaseIterable, Sendable {
    case memory, sqlite

    /// Makes an empty store of access_tokens for a body, and closes it afterwards.
    func withAccessTokens<Value: Sendable>(_ body: (any AccessTokenStore) async throws -> Value) async throws -> Value {
        switch self {
        case .memory:
            return try await body(MemoryAccessTokenStore())
        case .sqlite:
            let directory = try StoreDirectory()
            let store = try directory.open()
            defer { store.close() }
            return try await body(store.accessTokens)
        }
    }

    /// Makes an empty pair of stores for a body, and closes it afterwards.
    func with<Value: Sendable>(
        _ body: (any UserStore, any SessionStore) async throws -> Value
    ) async throws -> Value {
        try await withLogins { users, sessions, _ in try await body(users, sessions) }
    }

    /// The same, with the logins over both, in either form.
    func withLogins<Value: Sendable>(
        _ form: LoginForm = .awaited,
        _ body: (any UserStore, any SessionStore, any LoginStore) async throws -> Value
    ) async throws -> Value {
        switch self {
        case .memory:
            let (users, sessions) = (MemoryUserStore(), MemorySessionStore())
            return try await ToldLogins.with(MemoryLoginStore(users: users, sessions: sessions), form) { logins in
                try await body(users, sessions, logins)
            }
        case .sqlite:
            let directory = try StoreDirectory()
            let store = try directory.open()
            defer { store.close() }
            return try await ToldLogins.with(store.logins, form) { logins in
                try await body(store.users, store.sessions, logins)
            }
        }
    }
}
