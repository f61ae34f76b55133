import Synchronization

/// What others do to an app's access_tokens, and how they stand.
extension Simulator {
    /// Another system of the same owner asks for a token, within the quotas, and gets WeChat's answer.
    ///
    /// - Parameters:
    ///   - kind: from which endpoint.
    ///   - force: whether it forces a refresh; stable tokens only.
    ///   - appid: the app; nil for the first one.
    @discardableResult
    public func fetchAsSomeoneElse(
        _ kind: AccessTokenKind,
        force: Bool = false,
        appid: String? = nil
    ) throws(SimulatorRefusal) -> AccessTokenAnswer {
        let now = clock.now
        return try state.withLock { state throws(SimulatorRefusal) in
            try state.fetchAccessTokenAsRival(kind, isForced: force, appid: appid, at: now)
        }
    }

    /// Kills the current token out of turn: business calls refuse it with 40001, while stable_token hands it out until a
    /// forced refresh or its last 300 seconds.
    ///
    /// - Throws: where no token of the kind works.
    public func expireToken(_ kind: AccessTokenKind, appid: String? = nil) throws(SimulatorRefusal) {
        let now = clock.now
        try state.withLock { state throws(SimulatorRefusal) in
            try state.expireAccessToken(kind, appid: appid, at: now)
        }
    }

    /// How the tokens of an app stand; nil for the first one.
    public func accessTokens(of appid: String? = nil) throws(SimulatorRefusal) -> AccessTokenOverview {
        let now = clock.now
        return try state.withLock { state throws(SimulatorRefusal) in
            try state.accessTokens(of: appid, at: now)
        }
    }
}
