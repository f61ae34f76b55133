internal import WeChat

/// What the state machine of an access_token wants done; each of the first four is reported back when it has ended, and
/// there is never more than one of them under way.
enum AccessTokenAction<Waiter> {
    /// Read the record from the store; then `loaded`.
    case load
    /// Ask WeChat for a token; then `fetched`.
    case fetch(AccessTokenFetch)
    /// Have WeChat judge the token by a cheap call; then `proved`.
    case prove(AccessToken)
    /// Write the record before a forced fetch; then `savedBeforeForce`.
    case saveBeforeForce(AccessTokenRecord)
    /// Write the record; nobody waits. A failed write is tried again by the shell until a later record replaces it.
    case save(AccessTokenRecord)
    /// Call `wake` at this time, Unix milliseconds; replaces the time set before.
    case wakeAt(Int64)
    /// Tell these what they wait for.
    case answer([(waiter: Waiter, answer: AccessTokenAnswer)])
    /// Log and count.
    case tell(AccessTokenEvent)
}

/// What a request of one loop brings about is done on another.
extension AccessTokenAction: Sendable where Waiter: Sendable {}

/// One call of a token endpoint.
struct AccessTokenFetch: Equatable, Sendable {
    /// Why it is made; the label `reason` of the metric.
    enum Reason: String, CaseIterable, Sendable {
        case start, due, retry, demand, death
    }

    let reason: Reason
    /// Only in stable mode, for a token that is proven dead.
    let isForced: Bool
}

/// What a waiting request is told.
enum AccessTokenAnswer: Equatable, Sendable {
    case token(KeptAccessToken)
    case report(AccessTokenReport)
    case unavailable(AccessTokenUnavailable)
}

/// Who needs a token or speaks of one.
enum AccessTokenUser: String, Equatable, Sendable {
    /// A call of the gateway's own, which may use a token to its end.
    case ownCall
    /// Another service, which gets a token only with 60 s left.
    case caller
}

/// What happened, for log and metrics.
enum AccessTokenEvent: Equatable, Sendable {
    /// `isNew`: not the token that we had.
    case fetched(AccessTokenFetch, isNew: Bool)
    case fetchFailed(AccessTokenFetch, WeChatError)
    /// WeChat calls the token dead before its end.
    case diedEarly(KeptAccessToken, WeChatRefusal?)
    /// A token was called dead, and WeChat takes it.
    case aliveAfterAll(AccessTokenUser)
    /// A forced refresh is needed and not allowed before this time, Unix milliseconds.
    case budgetSpent(until: Int64)
}
