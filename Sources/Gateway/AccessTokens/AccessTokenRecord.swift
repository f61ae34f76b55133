/// What is kept of one app's access_token over a restart.
struct AccessTokenRecord: Equatable, Sendable {
    /// Nil: only the budget is known.
    var kept: KeptAccessToken?
    /// Must not be spent again after a restart.
    var budget = ForcedRefreshBudget()
    /// What is left in the bucket of token calls, and when that was counted, Unix milliseconds.
    var calls = TokenCallBucket()
}
