internal import UV
internal import WeChat

/// Where the operator's calls get access_tokens from (contract section 5). Any thread.
protocol AccessTokenSource: Sendable {
    /// A token of the app with at least 60 s left; waits while the first one is being fetched.
    ///
    /// - Parameter loop: the loop that calls.
    func handOut(of app: App, on loop: EventLoop) async throws(AccessTokenUnavailable) -> KeptAccessToken

    /// Somebody says that WeChat calls this token dead.
    ///
    /// - Parameters:
    ///   - token: as it came; nil: whichever is current.
    ///   - loop: the loop that calls.
    /// - Throws: only when there is no current token to answer with.
    func report(
        _ token: AccessToken?,
        of app: App,
        on loop: EventLoop
    ) async throws(AccessTokenUnavailable) -> AccessTokenReport

    /// What is wrong with the app's token, in words for an operator; nil: nothing.
    func trouble(of app: App) -> String?
}

/// Why there is no token now.
struct AccessTokenUnavailable: Error, Equatable, Sendable {
    /// Of the last try; `.cancelled` when the request itself has gone or the gateway stops.
    let error: WeChatError
    /// Seconds until there may be one, at least 1.
    let retryAfterSeconds: Int
}

/// What became of a report.
struct AccessTokenReport: Equatable, Sendable {
    /// The current token; the reported one itself when nothing could be done about it.
    let current: KeptAccessToken
    /// Whether the reported token was replaced, by this report or one that it joined.
    let isRefreshed: Bool
    /// Seconds after which a report may have more success; nil: the current token is good, as far as is known.
    let retryAfterSeconds: Int?
}
