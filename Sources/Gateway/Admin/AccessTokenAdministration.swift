internal import HTTPServer
internal import UV
internal import WeChat

/// What other services may ask of access_tokens (contract section 5), in whichever shape. One a loop.
struct AccessTokenAdministration {
    private let loop: EventLoop
    private let apps: AppRegistry
    private let source: any AccessTokenSource
    private let clock: WallClock

    init(on loop: EventLoop, apps: AppRegistry, source: any AccessTokenSource, clock: WallClock) {
        self.loop = loop
        self.apps = apps
        self.source = source
        self.clock = clock
    }

    /// The app that is meant; without an appid the only one there is.
    ///
    /// - Throws: `unknownApp`; `forbidden` when the key is not for it.
    func app(named id: String?, for key: AdminKey) throws(GatewayError) -> App {
        let app = try apps.app(named: id)
        guard key.isFor(appID: app.id) else { throw .otherApp }
        return app
    }

    /// A token that is good for at least another minute.
    ///
    /// - Throws: `AccessTokenUnavailable`; `CancellationError` when the client hung up.
    func handOut(of app: App) async throws -> KeptAccessToken {
        try await unlessGone { () async throws(AccessTokenUnavailable) in try await source.handOut(of: app, on: loop) }
    }

    /// Somebody was told by WeChat that this token is dead.
    ///
    /// - Parameter text: as it came; what can be no token is not the current one either.
    /// - Throws: as ``handOut(of:)``.
    func report(_ text: String, of app: App) async throws -> AccessTokenReport {
        guard let token = AccessToken(text) else {
            return AccessTokenReport(
                current: try await handOut(of: app),
                isRefreshed: false,
                retryAfterSeconds: nil
            )
        }
        return try await unlessGone { () async throws(AccessTokenUnavailable) in
            try await source.report(token, of: app, on: loop)
        }
    }

    /// Somebody wants a new token, whichever is current.
    ///
    /// - Throws: as ``handOut(of:)``.
    func reportCurrent(of app: App) async throws -> AccessTokenReport {
        try await unlessGone { () async throws(AccessTokenUnavailable) in
            try await source.report(nil, of: app, on: loop)
        }
    }

    /// Adds `access_token` and `expires_in`, the whole seconds that are left of it now.
    func add(_ kept: KeptAccessToken, to json: inout JSONObjectWriter) {
        json.add("access_token", kept.token.string)
        json.add("expires_in", kept.secondsLeft(now: clock.milliseconds))
    }

    /// What is wrong with the apps' tokens, in words for an operator; empty: nothing.
    var troubles: [String] {
        apps.all.compactMap { app in source.trouble(of: app).map { "\(app.id): \($0)" } }
    }

    private func unlessGone<Value>(
        _ ask: () async throws(AccessTokenUnavailable) -> Value
    ) async throws -> Value {
        do throws(AccessTokenUnavailable) {
            return try await ask()
        } catch {
            try Task.checkCancellation()
            throw error
        }
    }
}
