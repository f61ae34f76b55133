internal import WeChat

/// Calls of the token endpoint and what comes of them.
extension AccessTokenStateMachine {
    /// WeChat has answered a fetch, or not.
    mutating func fetched(_ result: Result<IssuedAccessToken, WeChatError>, now: Int64) -> [Action] {
        guard case .fetching(let fetch, let since) = operation else { return [] }
        operation = nil
        lastTriedAt = now
        // WeChat counts from the call, which was not later than now.
        if fetch.isForced { budget.moveLast(to: now) }
        var actions: [Action] = []
        switch result {
        case .failure(let error): failed(error, of: fetch, now: now, into: &actions)
        case .success(let issued): took(issued, of: fetch, since: since, now: now, into: &actions)
        }
        goOn(now: now, into: &actions)
        return actions
    }

    /// Begins a plain fetch if the bucket has one.
    ///
    /// - Returns: whether it began; else there is a pause until it may.
    @discardableResult
    mutating func fetch(
        _ reason: AccessTokenFetch.Reason,
        leaving reserve: Int,
        now: Int64,
        into actions: inout [Action]
    ) -> Bool {
        guard calls.take(now: now, leaving: reserve) else {
            if reserve == 0 {
                pause = AccessTokenPause(kind: .patient, since: now, until: calls.nextAt(now: now))
            }
            return false
        }
        let fetch = AccessTokenFetch(reason: reason, isForced: false)
        operation = .fetching(fetch, since: now)
        // Before the call: a process that dies in it must not find the bucket full again.
        actions.append(.save(record))
        actions.append(.fetch(fetch))
        return true
    }

    private mutating func took(
        _ issued: IssuedAccessToken,
        of fetch: AccessTokenFetch,
        since: Int64,
        now: Int64,
        into actions: inout [Action]
    ) {
        // From the call on, so that the end is never later than WeChat's; but a changed clock must not end it at once.
        let counted = max(min(since, now), now - AccessTokenSchedule.callMax)
        let seconds = min(max(issued.expiresIn, 1), AccessTokenSchedule.lifeMaxSeconds)
        let end = counted + Int64(seconds) * 1000
        let isSame = issued.token == current?.token
        guard isSame || issued.token == lastDead else {
            return tookNew(issued.token, end: end, of: fetch, counted: counted, now: now, into: &actions)
        }
        if let kept = current, isSame {
            // However long WeChat goes on with one token: a record of a longer life would not be believed at a restart.
            let oldest = end - Int64(AccessTokenSchedule.lifeMaxSeconds) * 1000
            let obtainedAt = max(min(kept.obtainedAt, counted), oldest)
            current = KeptAccessToken(token: kept.token, mode: policy.mode, obtainedAt: obtainedAt, expiresAt: end)
        }
        actions.append(.tell(.fetched(fetch, isNew: false)))
        actions.append(.save(record))
        if inquiry != nil, !fetch.isForced {
            inquiry?.isHandedOutAgain = true
        } else {
            inquiry = nil
        }
        guard deathFoundBy != nil else {
            failures = 0
            lastFailure = nil
            if let current { due = schedule.dueAgain(of: current, now: now) }
            return
        }
        // In legacy mode each call gives a new one; in stable mode the inquiry goes on, unless it has tried all.
        if policy.mode == .legacy || inquiry == nil {
            inquiry = nil
            stayedDead(now: now)
        }
    }

    private mutating func tookNew(
        _ token: AccessToken,
        end: Int64,
        of fetch: AccessTokenFetch,
        counted: Int64,
        now: Int64,
        into actions: inout [Action]
    ) {
        if let old = current {
            if deathFoundBy != nil {
                lastDead = old.token
            } else if inquiry?.user == .ownCall, inquiry?.hasTriedFetch == true, now < old.expiresAt {
                // Refused to a call of our own, and WeChat has another one: nobody needs to ask about the old one.
                actions.append(.tell(.diedEarly(old, nil)))
            }
        }
        let kept = KeptAccessToken(token: token, mode: policy.mode, obtainedAt: counted, expiresAt: end)
        current = kept
        // Not at once, however short its life: the next one would live no longer.
        due = max(schedule.due(of: kept, now: now), now + AccessTokenSchedule.sameAgain)
        deathFoundBy = nil
        deathRefusal = nil
        inquiry = nil
        verdict = nil
        pause = nil
        failures = 0
        lastFailure = nil
        budgetSpentUntil = nil
        forceRefused = nil
        actions.append(.tell(.fetched(fetch, isNew: true)))
        actions.append(.save(record))
    }

    private mutating func failed(
        _ error: WeChatError,
        of fetch: AccessTokenFetch,
        now: Int64,
        into actions: inout [Action]
    ) {
        failures += 1
        lastFailure = error
        actions.append(.tell(.fetchFailed(fetch, error)))
        pause = schedule.pause(after: error, count: failures, now: now)
        if fetch.isForced {
            // It may have worked without an answer: the next try is a plain one, which tells.
            actions.append(.save(record))
            inquiry = nil
            if case .rateLimited = error, let refused = pause {
                // What WeChat limits here is the force; a plain call still tells whether somebody else renewed it.
                forceRefused = refused
                pause = schedule.budget(allowedAt: refused.until, now: now)
            }
        } else if deathFoundBy != nil {
            inquiry = nil
        }
    }

    /// Nothing brought another token than the dead one.
    mutating func stayedDead(now: Int64) {
        failures += 1
        if let deathRefusal { lastFailure = .invalidAccessToken(deathRefusal) }
        pause = schedule.ordinary(count: failures, now: now)
    }
}
