/// What is kept of one app's access_token over a restart.
struct AccessTokenRecord: Equatable, Sendable {
    /// Nil: only the budget is known.
    var kept: KeptAccessToken?
    /// Who noticed that `kept` is dead; nil: it is good, as far as is known. WeChat may hand a dead token out again after
    /// the restart, and then it must not be served.
    var deathFoundBy: AccessTokenUser?
    /// Must not be spent again after a restart.
    var budget = ForcedRefreshBudget()
    /// What is left in the bucket of token calls, and when that was counted, Unix milliseconds.
    var calls = TokenCallBucket()
}
