internal import WeChat

/// Tokens that die early: what is asked of WeChat before one is given up, and how it is replaced.
extension AccessTokenStateMachine {
    /// WeChat has judged the token.
    mutating func proved(_ proof: AccessTokenProof, now: Int64) -> [Action] {
        guard case .proving(let token) = operation else { return [] }
        operation = nil
        var actions: [Action] = []
        if inquiry?.token == token, let user = inquiry?.user {
            switch proof {
            case .alive: foundAlive(token, user, now: now, into: &actions)
            case .dead(let refusal): foundDead(refusal, user, now: now, into: &actions)
            case .unclear(let error): foundNothing(token, .unclear, error, user, now: now, into: &actions)
            case .unanswered(let error): foundNothing(token, .unanswered, error, user, now: now, into: &actions)
            }
        }
        goOn(now: now, into: &actions)
        return actions
    }

    /// The record with the spent budget is stored, or could not be: then nothing is forced.
    mutating func savedBeforeForce(_ isSaved: Bool, now: Int64) -> [Action] {
        guard operation == .savingBeforeForce else { return [] }
        operation = nil
        var actions: [Action] = []
        if isSaved, !isStopped {
            // WeChat counts from the call.
            budget.moveLast(to: now)
            let fetch = AccessTokenFetch(reason: .death, isForced: true)
            operation = .fetching(fetch, since: now)
            actions.append(.fetch(fetch))
        } else if !isSaved {
            budget.takeBack()
            inquiry = nil
            failures += 1
            lastFailure = .connection(reason: "the store of access_tokens does not answer")
            pause = schedule.ordinary(count: failures, now: now)
        }
        goOn(now: now, into: &actions)
        return actions
    }

    /// Takes the next step of the inquiry, if there is one: plain fetch, proof, forced fetch, in the order that fits.
    mutating func inquire(now: Int64, into actions: inout [Action]) {
        guard let inquiry, !isStopped, operation == nil else { return }
        guard inquiry.token == current?.token else {
            self.inquiry = nil
            return
        }
        if deathFoundBy != nil, policy.mode == .legacy || (inquiry.isProven && !inquiry.isHandedOutAgain) {
            fetchForDead(now: now, into: &actions)
        } else if inquiry.isProven {
            force(now: now, into: &actions)
        } else if policy.mode == .stable, inquiry.user == .ownCall || deathFoundBy != nil, !inquiry.hasTriedFetch {
            // Harmless in this mode, and it tells whether somebody else renewed the token.
            self.inquiry?.hasTriedFetch = true
            let isDead = deathFoundBy != nil
            if pause != nil || !fetch(.death, leaving: isDead ? 0 : TokenCallBucket.reserve, now: now, into: &actions) {
                isDead ? self.inquiry = nil : prove(inquiry.token, into: &actions)
            }
        } else {
            prove(inquiry.token, into: &actions)
        }
    }

    private mutating func prove(_ token: AccessToken, into actions: inout [Action]) {
        operation = .proving(token)
        actions.append(.prove(token))
    }

    /// A plain fetch for a token that is surely dead: somebody needs another one.
    private mutating func fetchForDead(now: Int64, into actions: inout [Action]) {
        inquiry?.hasTriedFetch = true
        hurry(now: now)
        if pause != nil || !fetch(.death, leaving: 0, now: now, into: &actions) { inquiry = nil }
    }

    private mutating func force(now: Int64, into actions: inout [Action]) {
        let user = deathFoundBy ?? .caller
        var allowedAt = budget.allowedAt(by: user, now: now)
        if let refused = forceRefused, !refused.isOver(at: now) { allowedAt = max(allowedAt, refused.until) }
        guard allowedAt <= now else {
            inquiry = nil
            if let deathRefusal { lastFailure = .invalidAccessToken(deathRefusal) }
            if budgetSpentUntil != allowedAt { actions.append(.tell(.budgetSpent(until: allowedAt))) }
            budgetSpentUntil = allowedAt
            pause = schedule.budget(allowedAt: allowedAt, now: now)
            return
        }
        budgetSpentUntil = nil
        budget.spend(now: now)
        operation = .savingBeforeForce
        actions.append(.saveBeforeForce(record))
    }

    private mutating func foundAlive(
        _ token: AccessToken,
        _ user: AccessTokenUser,
        now: Int64,
        into actions: inout [Action]
    ) {
        inquiry = nil
        if let verdict, verdict.token == token, verdict.finding == .alive {
            self.verdict = verdict.next(by: user, now: now)
        } else {
            verdict = AccessTokenVerdict(token: token, finding: .alive, user: user, foundAt: now)
        }
        actions.append(.tell(.aliveAfterAll(user)))
        guard deathFoundBy != nil else { return }
        // WeChat was wrong before, or is now; it will say so again.
        deathFoundBy = nil
        deathRefusal = nil
        budgetSpentUntil = nil
        pause = nil
        failures = 0
        lastFailure = nil
        actions.append(.save(record))
    }

    private mutating func foundDead(
        _ refusal: WeChatRefusal,
        _ user: AccessTokenUser,
        now: Int64,
        into actions: inout [Action]
    ) {
        let isNews = deathFoundBy == nil
        if isNews || user == .ownCall { deathFoundBy = user }
        deathRefusal = refusal
        inquiry?.isProven = true
        guard isNews, let current else { return }
        verdict = nil
        if now < current.expiresAt { actions.append(.tell(.diedEarly(current, refusal))) }
        actions.append(.save(record))
    }

    /// Neither dead nor alive.
    private mutating func foundNothing(
        _ token: AccessToken,
        _ finding: AccessTokenVerdict.Finding,
        _ error: WeChatError,
        _ user: AccessTokenUser,
        now: Int64,
        into actions: inout [Action]
    ) {
        let hasTriedFetch = inquiry?.hasTriedFetch ?? false
        inquiry = nil
        if deathFoundBy != nil {
            // It was proven dead before, and stays so; but nothing is forced without a new proof.
            failures += 1
            lastFailure = error
            pause = schedule.ordinary(count: failures, now: now)
            return
        }
        verdict = AccessTokenVerdict(token: token, finding: finding, user: user, foundAt: now)
        guard finding == .unclear, !hasTriedFetch, pause == nil, !isStopped else { return }
        if let doubtedAt, now >= doubtedAt, now < doubtedAt + 60_000 { return }
        if fetch(.death, leaving: TokenCallBucket.reserve, now: now, into: &actions) { doubtedAt = now }
    }
}
