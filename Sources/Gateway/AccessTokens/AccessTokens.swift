internal import UV
internal import WeChat

/// The access_tokens of all apps, each with its keeper. One instance a gateway; any thread.
final class AccessTokens: AccessTokenSource {
    private let keepers: [String: AccessTokenKeeper]

    /// Makes the keepers.
    ///
    /// - Parameter homes: the loops over which they are spread, at least one.
    init(of apps: [App], over homes: [EventLoop], _ environment: AccessTokenEnvironment) {
        precondition(!homes.isEmpty, "a keeper lives on a loop")
        var keepers: [String: AccessTokenKeeper] = [:]
        for (index, app) in apps.enumerated() {
            keepers[app.id] = AccessTokenKeeper(of: app, at: homes[index % homes.count], environment)
        }
        self.keepers = keepers
    }

    /// Has every app's token loaded or fetched, and waits for neither. Once, while the homes run.
    ///
    /// - Throws: `ClientError` or `OpenSSLError` when a library cannot start; then `stop`.
    func start() async throws {
        for keeper in keepers.values { try await keeper.start() }
    }

    /// Waits for the calls of WeChat under way and for what they bring to be saved, all side by side, and ends the
    /// keepers. Before their loops close.
    func stop() async {
        await withTaskGroup(of: Void.self) { group in
            for keeper in keepers.values {
                group.addTask(executorPreference: keeper.loop) { await keeper.stop() }
            }
        }
    }

    /// Makes a call with the app's token. When WeChat says that it is dead, that is looked into, and the call made once
    /// more with what is current then: it was refused before it did anything.
    ///
    /// - Parameter loop: the loop that calls.
    /// - Throws: the call's error, or why there is no token; `.cancelled` when the request hung up meanwhile.
    func withToken<Value>(
        of app: App,
        on loop: EventLoop,
        _ call: (AccessToken) async throws(WeChatError) -> Value
    ) async throws(WeChatError) -> Value {
        let keeper = keeper(of: app)
        let first = try await AccessTokens.orError { () throws(AccessTokenUnavailable) in
            try await keeper.token(for: .ownCall, on: loop)
        }
        do throws(WeChatError) {
            return try await call(first.token)
        } catch {
            guard case .invalidAccessToken = error else { throw error }
            _ = try await AccessTokens.orError { () throws(AccessTokenUnavailable) in
                try await keeper.report(first.token, by: .ownCall, on: loop)
            }
            // One that is proven dead and cannot be replaced now would only be refused again.
            guard let second = keeper.usable(by: .ownCall) else { throw error }
            return try await call(second.token)
        }
    }

    /// To a call of the gateway's own it is the error that counts.
    private static func orError<Answer>(
        _ question: () async throws(AccessTokenUnavailable) -> Answer
    ) async throws(WeChatError) -> Answer {
        do throws(AccessTokenUnavailable) {
            return try await question()
        } catch {
            throw error.error
        }
    }

    func handOut(of app: App, on loop: EventLoop) async throws(AccessTokenUnavailable) -> KeptAccessToken {
        try await keeper(of: app).token(for: .caller, on: loop)
    }

    func report(
        _ token: AccessToken?,
        of app: App,
        on loop: EventLoop
    ) async throws(AccessTokenUnavailable) -> AccessTokenReport {
        try await keeper(of: app).report(token, by: .caller, on: loop)
    }

    func trouble(of app: App) -> String? { keeper(of: app).trouble }

    /// What is kept now, in the order of the appids; for gauges.
    var snapshots: [(appID: String, kept: KeptAccessToken?)] {
        keepers.sorted { $0.key < $1.key }.map { ($0.key, $0.value.current) }
    }

    private func keeper(of app: App) -> AccessTokenKeeper {
        guard let keeper = keepers[app.id] else { preconditionFailure("an app comes from the configuration") }
        return keeper
    }
}
