internal import WeChat

/// Requests: who needs a token, who calls one dead, who waits.
extension AccessTokenStateMachine {
    /// Somebody needs a token.
    ///
    /// - Parameters:
    ///   - id: for `leave`.
    ///   - waiter: given back by `answer`, unless the answer is here at once.
    /// - Returns: nil as answer: waits.
    mutating func ask(
        by user: AccessTokenUser,
        id: Int,
        waiter: Waiter,
        now: Int64
    ) -> (AccessTokenAnswer?, [Action]) {
        if isStopped { return (.unavailable(unavailability(now: now)), []) }
        if let usable = usable(by: user, now: now) { return (.token(usable), []) }
        let entry = Waiting(
            id: id,
            waiter: waiter,
            user: user,
            reported: nil,
            isNamed: false,
            seesReplacement: false
        )
        return need(entry, now: now)
    }

    /// Somebody says that WeChat calls a token dead.
    ///
    /// - Parameter token: nil: whichever is current.
    /// - Returns: nil as answer: waits.
    mutating func report(
        _ token: AccessToken?,
        by user: AccessTokenUser,
        id: Int,
        waiter: Waiter,
        now: Int64
    ) -> (AccessTokenAnswer?, [Action]) {
        if isStopped { return (.unavailable(unavailability(now: now)), []) }
        let reported = token ?? current?.token
        let isCurrent = reported == current?.token
        let entry = Waiting(
            id: id,
            waiter: waiter,
            user: user,
            reported: reported,
            isNamed: token != nil,
            seesReplacement: isCurrent || current == nil
        )
        guard let current, isCurrent, current.expiresAt > now, deathFoundBy == nil else {
            // Another one than ours, or ours that cannot be used any more: whoever asks needs a token.
            if let answer = answer(to: entry, now: now) { return (answer, []) }
            return need(entry, now: now)
        }
        if let answer = answer(to: entry, now: now) { return (answer, []) }
        guard waiting.count < Self.waitersMax else { return (.unavailable(Self.overloaded), []) }
        waiting.append(entry)
        if user == .ownCall, inquiry != nil { inquiry?.user = .ownCall }
        guard operation == nil else { return (nil, []) }
        var actions: [Action] = []
        goOn(now: now, into: &actions)
        return (nil, actions)
    }

    /// A request that waits has gone; what it began goes on.
    mutating func leave(id: Int) {
        waiting.removeAll { $0.id == id }
    }

    /// Begins an inquiry for those who call the current token dead and had no answer by what was done meanwhile.
    mutating func inquireForWaiting(now: Int64, into actions: inout [Action]) {
        guard !isStopped, !waiting.isEmpty, let current, deathFoundBy == nil, current.expiresAt > now else { return }
        var user: AccessTokenUser?
        for entry in waiting where entry.reported == current.token && user != .ownCall {
            if verdict?.answers(current.token, by: entry.user, now: now) != true { user = entry.user }
        }
        guard let user else { return }
        inquiry = AccessTokenInquiry(token: current.token, user: user)
        inquire(now: now, into: &actions)
    }

    /// Answers everybody who need not wait any longer.
    mutating func answerWaiting(now: Int64, into actions: inout [Action]) {
        guard !waiting.isEmpty else { return }
        var left: [Waiting] = []
        var answers: [(waiter: Waiter, answer: AccessTokenAnswer)] = []
        for entry in waiting {
            if let answer = answer(to: entry, now: now) {
                answers.append((entry.waiter, answer))
            } else if operation == nil {
                answers.append((entry.waiter, .unavailable(unavailability(now: now))))
            } else {
                left.append(entry)
            }
        }
        guard !answers.isEmpty else { return }
        waiting = left
        actions.append(.answer(answers))
    }

    /// An ordinary failure is not waited out in full by somebody who has no token.
    mutating func hurry(now: Int64) {
        guard let pause, !pause.isOver(at: now) else {
            self.pause = nil
            return
        }
        guard pause.kind == .ordinary else { return }
        let soonest = pause.since + AccessTokenSchedule.demandPause
        if soonest <= now { self.pause = nil } else { self.pause?.until = min(pause.until, soonest) }
    }

    /// Somebody cannot use what there is, and waits if something is under way or may begin.
    private mutating func need(_ entry: Waiting, now: Int64) -> (AccessTokenAnswer?, [Action]) {
        var actions: [Action] = []
        strengthenEvidence(by: entry.user, now: now)
        if operation == nil {
            hurry(now: now)
            if pause == nil, let tried = lastTriedAt, now >= tried, now < tried + AccessTokenSchedule.demandPause,
                deathFoundBy == nil
            {
                due = min(due, tried + AccessTokenSchedule.demandPause)
            } else {
                advance(isNeeded: true, now: now, into: &actions)
            }
        }
        guard operation != nil else {
            setTimer(now: now, into: &actions)
            return (answer(to: entry, now: now) ?? .unavailable(unavailability(now: now)), actions)
        }
        guard waiting.count < Self.waitersMax else { return (.unavailable(Self.overloaded), actions) }
        waiting.append(entry)
        return (nil, actions)
    }

    /// A call of our own that cannot use a dead token is the gateway's own evidence, for which a part of the budget is
    /// kept.
    private mutating func strengthenEvidence(by user: AccessTokenUser, now: Int64) {
        guard user == .ownCall, deathFoundBy == .caller else { return }
        deathFoundBy = .ownCall
        if inquiry != nil { inquiry?.user = .ownCall }
        guard pause?.kind == .budget, forceRefused?.isOver(at: now) ?? true else { return }
        if budget.allowedAt(by: .ownCall, now: now) <= now { pause = nil }
    }

    /// What the request can be told now; nil: it waits while something is under way.
    private func answer(to entry: Waiting, now: Int64) -> AccessTokenAnswer? {
        if isStopped { return .unavailable(unavailability(now: now)) }
        if let current, let reported = entry.reported, reported == current.token {
            if deathFoundBy == nil, current.expiresAt > now {
                guard let verdict, verdict.answers(reported, by: entry.user, now: now) else { return nil }
                if verdict.finding != .alive, operation != nil { return nil }
                let retry = verdict.retryAfterSeconds(now: now)
                return .report(AccessTokenReport(current: current, isRefreshed: false, retryAfterSeconds: retry))
            }
            guard operation == nil, entry.isNamed, deathFoundBy != nil, pause?.isOver(at: now) == false else {
                return nil
            }
            // He knows that it is dead; nothing better can be had now.
            let next = max(budgetSpentUntil ?? 0, pause?.until ?? 0)
            let retry = Self.seconds(until: next, now: now)
            return .report(AccessTokenReport(current: current, isRefreshed: false, retryAfterSeconds: retry))
        }
        guard let usable = usable(by: entry.user, now: now) else { return nil }
        guard entry.reported != nil else { return .token(usable) }
        return .report(
            AccessTokenReport(current: usable, isRefreshed: entry.seesReplacement, retryAfterSeconds: nil)
        )
    }

    private func unavailability(now: Int64) -> AccessTokenUnavailable {
        if isStopped { return AccessTokenUnavailable(error: .cancelled, retryAfterSeconds: 1) }
        let next = max(now, pause?.until ?? due)
        return AccessTokenUnavailable(
            error: lastFailure ?? .overloaded,
            retryAfterSeconds: Self.seconds(until: next, now: now)
        )
    }

    private static var overloaded: AccessTokenUnavailable {
        AccessTokenUnavailable(error: .overloaded, retryAfterSeconds: 1)
    }

    private static func seconds(until time: Int64, now: Int64) -> Int { max(1, Int((time - now + 999) / 1000)) }
}
