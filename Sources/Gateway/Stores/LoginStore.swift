public import UV

/// What a login changes, asked of the stores as one thing: the user's record and his new session. Any loop; implementations
/// are shared by all.
///
/// Both are ``UserStore/recordLogin(_:)`` and ``SessionStore/open(_:of:identity:limit:now:)``, and so is what is promised of
/// them; a store that keeps both does them in one step, which costs one wait instead of two.
public protocol LoginStore: Sendable {
    /// Stores that a user logged in and opens his session.
    ///
    /// - Parameters:
    ///   - login: as `recordLogin` takes it, with its own time in Unix milliseconds.
    ///   - session: the new session, of the same user.
    ///   - limit: live sessions of the user in the session's channel at most; 0: no limit.
    ///   - now: Unix seconds.
    /// - Returns: the user as he is now, and whether this is his first login ever; nil when he was erased in the midst of
    ///   it: then no session of him is left.
    func logIn(
        _ login: UserLogin,
        opening session: Session,
        limit: Int,
        now: Int64
    ) async throws(StoreError) -> (user: User, isNew: Bool)?

    /// As ``logIn(_:opening:limit:now:)``, told by the loop instead of a task. On the loop.
    ///
    /// - Parameters:
    ///   - loop: the caller's.
    ///   - onEnd: gets the outcome on the loop, once, whatever becomes of the caller; before this returns where there is
    ///     nothing to wait for.
    func startLogIn(
        _ login: UserLogin,
        opening session: Session,
        limit: Int,
        now: Int64,
        on loop: EventLoop,
        onEnd: @escaping @Sendable (LoginStoreOutcome) -> Void
    )
}

/// What ``LoginStore/logIn(_:opening:limit:now:)`` returns or throws.
public typealias LoginStoreOutcome = Result<(user: User, isNew: Bool)?, StoreError>

extension LoginStore {
    /// By a task of its own, for stores that know no other way. Nobody cancels it.
    public func startLogIn(
        _ login: UserLogin,
        opening session: Session,
        limit: Int,
        now: Int64,
        on loop: EventLoop,
        onEnd: @escaping @Sendable (LoginStoreOutcome) -> Void
    ) {
        let actor = loop.actor
        Task(name: "login", executorPreference: loop) {
            await actor.run { _ in
                do throws(StoreError) {
                    onEnd(.success(try await logIn(login, opening: session, limit: limit, now: now)))
                } catch {
                    onEnd(.failure(error))
                }
            }
        }
    }
}
