import Synchronization
import UV

@testable import Gateway

/// A store of logins that does what it was asked when the test says so.
final class HeldLoginStore: LoginStore {
    private let store: MemoryLoginStore
    private let held = Mutex<[@Sendable (Bool) -> Void]>([])

    init(_ fixture: UserFixture) {
        store = MemoryLoginStore(users: fixture.users, sessions: fixture.store)
    }

    /// Logins that wait.
    var count: Int { held.withLock { $0.count } }

    /// Does the oldest, or fails to. On its loop.
    func go(on: Bool) {
        let next = held.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        next?(on)
    }

    func logIn(
        _ login: UserLogin,
        opening session: Session,
        limit: Int,
        now: Int64
    ) async throws(StoreError) -> (user: User, isNew: Bool)? { throw .unavailable }

    func startLogIn(
        _ login: UserLogin,
        opening session: Session,
        limit: Int,
        now: Int64,
        on loop: EventLoop,
        onEnd: @escaping @Sendable (LoginStoreOutcome) -> Void
    ) {
        held.withLock { held in
            held.append { [store] isDone in
                if !isDone { return onEnd(.failure(.unavailable)) }
                store.startLogIn(login, opening: session, limit: limit, now: now, on: loop, onEnd: onEnd)
            }
        }
    }
}
