internal import WeChat

/// What is being done about one token that is called dead.
struct AccessTokenInquiry: Equatable, Sendable {
    let token: AccessToken
    /// The best evidence: one report of an own call is enough.
    var user: AccessTokenUser
    /// A plain fetch was tried in this inquiry.
    var hasTriedFetch = false
    /// A plain fetch gave this token again.
    var isHandedOutAgain = false
    /// WeChat called it dead in this inquiry.
    var isProven = false
}

/// What an inquiry came to that did not find the token dead; remembered so that the next reports cost nothing.
struct AccessTokenVerdict: Equatable, Sendable {
    enum Finding: Sendable {
        case alive, unclear, unanswered
    }

    let token: AccessToken
    let finding: Finding
    let user: AccessTokenUser
    /// Unix milliseconds.
    let foundAt: Int64
    /// How many in a row, this one included, found the token alive, each within `rowGapMax` of the one before.
    var inRow = 1

    /// In a row so often a report of a living token is looked into at once: the token may have died since the last time.
    static let freeInRow = 5
    /// Milliseconds without such a report after which a row is over.
    static let rowGapMax: Int64 = 60_000

    /// Milliseconds for which a living token's proof answers calls of our own: their evidence is good, and one proof a
    /// second costs little.
    static let ownSpanMax: Int64 = 1_000

    /// How long it is remembered, milliseconds.
    private var span: Int64 {
        switch finding {
        // Only for those who waited for it; but who is wrong again and again costs one call in ten seconds.
        case .alive: inRow <= Self.freeInRow ? 1 : 10_000
        // In legacy mode each fetch ends a token, perhaps one that is good: not more than once a minute.
        case .unclear: 60_000
        case .unanswered: 5_000
        }
    }

    /// The same found again.
    func next(by user: AccessTokenUser, now: Int64) -> AccessTokenVerdict {
        let isInRow = now >= foundAt && now <= foundAt + Self.rowGapMax
        return AccessTokenVerdict(
            token: token,
            finding: finding,
            user: user,
            foundAt: now,
            inRow: isInRow ? min(inRow, Self.freeInRow) + 1 : 1
        )
    }

    func isRemembered(at now: Int64) -> Bool { now >= foundAt && now < foundAt + span }

    /// Whether it answers this user, too: what was found for callers does not turn away better evidence, unless WeChat
    /// itself took the token.
    func answers(_ token: AccessToken, by user: AccessTokenUser, now: Int64) -> Bool {
        guard token == self.token, isRemembered(at: now) else { return false }
        // However often callers were wrong: WeChat itself refused the call.
        if finding == .alive { return user == .caller || now <= foundAt + Self.ownSpanMax }
        return self.user == .ownCall || user == .caller
    }

    /// For the report's answer; nil: the token is good.
    func retryAfterSeconds(now: Int64) -> Int? {
        finding == .alive ? nil : max(1, Int((foundAt + span - now + 999) / 1000))
    }
}
