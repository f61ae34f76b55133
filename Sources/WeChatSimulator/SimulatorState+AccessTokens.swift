/// What others do to an app's access_tokens, and how they stand.
extension SimulatorState {
    /// Lets another system of the same owner ask for a token.
    mutating func fetchAccessTokenAsRival(
        _ kind: AccessTokenKind,
        isForced: Bool,
        appid: String?,
        at now: UnixTime
    ) throws(SimulatorRefusal) -> AccessTokenAnswer {
        guard !isForced || kind == .stable else { throw .invalid("only a stable token can be forced") }
        let app = try self.app(appid)
        accessTokens.catchUp(with: app, at: now, using: &generator)
        return accessTokens.fetchAsRival(kind, isForced: isForced, of: app, at: now, using: &generator)
    }

    /// Kills the current token out of turn.
    mutating func expireAccessToken(
        _ kind: AccessTokenKind,
        appid: String?,
        at now: UnixTime
    ) throws(SimulatorRefusal) {
        let app = try self.app(appid)
        accessTokens.catchUp(with: app, at: now, using: &generator)
        guard accessTokens.kill(kind, appid: app.appid, at: now) else {
            throw .invalid("the app has no \(kind.rawValue) token that works")
        }
    }

    /// How the app's tokens stand.
    mutating func accessTokens(
        of appid: String?,
        at now: UnixTime
    ) throws(SimulatorRefusal) -> AccessTokenOverview {
        let app = try self.app(appid)
        accessTokens.catchUp(with: app, at: now, using: &generator)
        return accessTokens.overview(of: app, at: now)
    }
}
