import Gateway
import Synchronization
import TestSupport
import Testing
import UV

/// How a test asks a store of logins: by its task, or by callbacks on loops.
enum LoginForm: CaseIterable, Sendable {
    case awaited, told
}

/// A store of logins whose every login goes the way of callbacks, from several loops in turn.
struct ToldLogins: LoginStore {
    private let store: any LoginStore
    private let loops: [EventLoop]
    private let turn = Turn()

    private final class Turn: Sendable {
        let last = Atomic(0)
    }

    /// Runs a body with the store in the form, and ends the loops that takes.
    static func with<Value: Sendable>(
        _ store: any LoginStore,
        _ form: LoginForm,
        _ body: (any LoginStore) async throws -> Value
    ) async throws -> Value {
        if form == .awaited { return try await body(store) }
        let threads = try (0..<3).map { try EventLoopThread(name: "told-\($0)") }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(ToldLogins(store: store, loops: threads.map(\.loop))))
        } catch {
            result = .failure(error)
        }
        for thread in threads { #expect(await joined(thread).isEmpty) }
        return try result.get()
    }

    func logIn(
        _ login: UserLogin,
        opening session: Session,
        limit: Int,
        now: Int64
    ) async throws(StoreError) -> (user: User, isNew: Bool)? {
        let loop = loops[turn.last.wrappingAdd(1, ordering: .relaxed).newValue % loops.count]
        let outcome = await withCheckedContinuation { continuation in
            loop.execute {
                store.startLogIn(login, opening: session, limit: limit, now: now, on: loop) { outcome in
                    #expect(loop.isOnLoop)
                    continuation.resume(returning: outcome)
                }
            }
        }
        return try outcome.get()
    }
}
