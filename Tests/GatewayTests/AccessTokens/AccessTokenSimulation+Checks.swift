import WeChat

@testable import Gateway

/// What must hold at every moment of the thirty days.
extension AccessTokenSimulation {
    mutating func fail(_ text: String) {
        guard failure == nil else { return }
        let minutes = (now - Self.begin) / 60_000
        failure =
            "seed \(seed), \(policy.mode), ahead \(policy.aheadSeconds) s, day \(minutes / 1440) "
            + "\(minutes / 60 % 24):\(minutes % 60) (\(now)): \(text)"
    }

    // MARK: - Requests

    /// A request waits: only when no token could be there in time.
    mutating func checkMayWait(_ user: AccessTokenUser, wasBusy: Bool) {
        counts.waited += 1
        if now <= mayWaitUntil || isCallsUsedUp { return }
        guard let kept = machine.current, !knownDead.contains(number(kept.token)) else { return }
        // A renewal that began in time and is not back yet.
        if wasBusy, now < kept.expiresAt - 60_000 + 10_000 { return }
        fail("a \(user) waits although a token could be there")
    }

    mutating func receive(_ answer: AccessTokenAnswer, _ pending: Pending) {
        if now - pending.askedAt > 30_000 { fail("waited \(now - pending.askedAt) ms") }
        switch answer {
        case .token(let kept): use(kept, by: pending.user)
        case .unavailable(let unavailable):
            counts.unavailable += 1
            if unavailable.retryAfterSeconds < 1 { fail("no time to come again") }
            checkMayFail(pending)
        case .report(let report):
            let current = number(report.current.token)
            if report.isRefreshed, current == pending.reported { fail("the same token is called new") }
            if current == pending.reported, knownDead.contains(current) {
                if report.retryAfterSeconds == nil { fail("a dead token without a word") }
            } else if current != pending.reported {
                checkServed(report.current, to: pending.user)
            }
        }
    }

    /// The token is used, and whoever finds it dead says so.
    private mutating func use(_ kept: KeptAccessToken, by user: AccessTokenUser) {
        counts.served += 1
        checkServed(kept, to: user)
        let token = number(kept.token)
        if !weChat.isValid(token, at: now) { report(token, by: user) }
    }

    private mutating func checkServed(_ kept: KeptAccessToken, to user: AccessTokenUser) {
        let token = number(kept.token)
        if knownDead.contains(token) { fail("a token that is known to be dead is served") }
        if weChat.naturalEnd(of: token) <= now { fail("an expired token is served") }
        if user == .caller, kept.expiresAt - now < 60_000 { fail("a token is handed out with less than a minute") }
        if kept.expiresAt > weChat.naturalEnd(of: token) { fail("the end is later than WeChat's") }
    }

    /// A request gets no token: only right after a failure, or while WeChat's own limits leave none.
    private mutating func checkMayFail(_ pending: Pending) {
        if now <= mayFailUntil || isCallsUsedUp { return }
        if let kept = machine.current, knownDead.contains(number(kept.token)), policy.mode == .stable {
            // A call of the gateway's own that needs a token is its own evidence.
            let hasEvidence = pending.user == .ownCall || machine.deathFoundBy == .ownCall
            if isBudgetUsedUp(by: hasEvidence ? .ownCall : .caller) { return }
        }
        fail("a \(pending.user) gets no token although one could be had")
    }

    /// A call failed: the pause after it may be waited out; only those who have no token cut it short.
    mutating func excuse(_ error: WeChatError) {
        switch error {
        case .rateLimited(let refusal):
            let pause: Int64 = refusal.errcode == 45009 ? 3_601_000 : 61_000
            mayWaitUntil = max(mayWaitUntil, now + pause + 5_000)
            mayFailUntil = max(mayFailUntil, now + pause)
        case .misconfigured:
            mayWaitUntil = max(mayWaitUntil, now + 335_000)
            mayFailUntil = max(mayFailUntil, now + 330_000)
        default:
            mayWaitUntil = max(mayWaitUntil, now + 95_000)
            mayFailUntil = max(mayFailUntil, now + 2_000)
        }
    }

    mutating func learn(_ proof: AccessTokenProof, of token: Int) {
        lastProofWasUnclear = false
        switch proof {
        case .alive: knownDead.remove(token)
        case .dead: knownDead.insert(token)
        case .unclear(let error):
            lastProofWasUnclear = true
            excuse(error)
        case .unanswered(let error): excuse(error)
        }
    }

    // MARK: - Calls

    mutating func checkBegin(_ call: Call) {
        guard case .fetch(let fetch) = call else { return }
        counts.fetches += 1
        if fetch.isForced {
            if policy.mode == .legacy { fail("a forced call in legacy mode") }
            if saved?.budget.times.last.map({ now - $0 > 5_000 }) ?? true { fail("forced without a saved budget") }
            return
        }
        calls.append(now)
        while calls[callsOldest] <= now - 86_400_000 { callsOldest += 1 }
        if calls.count - callsOldest > 1_500 { fail("\(calls.count - callsOldest) calls in a day") }
        guard let kept = machine.current, !knownDead.contains(number(kept.token)) else { return }
        // In stable mode the last five minutes are always a time to look.
        let ahead = Int64(max(policy.aheadSeconds, policy.mode == .stable ? 300 : 0)) * 1000
        let isGood = kept.expiresAt - now > ahead + 31_000 && kept.expiresAt - kept.obtainedAt > ahead
        if isGood, fetch.reason != .death { fail("fetched although the token is good") }
        if fetch.reason == .death, policy.mode == .legacy, !lastProofWasUnclear { fail("a lie ended a token") }
    }

    /// A forced call reaches WeChat.
    mutating func checkFetch(_ fetch: AccessTokenFetch) {
        guard fetch.isForced, let kept = machine.current else { return }
        let token = number(kept.token)
        counts.forced += 1
        if weChat.isValid(token, at: now) { fail("a living token is forced out") }
        if let last = forced.last, now - last < 30_000 { fail("forced \(now - last) ms after the last time") }
        let limit = ownEvidence.contains(token) ? 20 : 15
        if forced.count >= limit, forced[forced.count - limit] > now - 86_400_000 {
            fail("forced for more than the \(limit)th time in 24 hours")
        }
        forced.append(now)
    }

    mutating func checkProve(_ token: Int) {
        if machine.current.map({ number($0.token) }) != token { fail("proves a token that nobody uses") }
    }

    mutating func checkWake(_ time: Int64) {
        if time > now + SimulatedTokens.life { fail("sleeps longer than any token lives") }
    }

    mutating func checkEnd() {
        guard failure == nil else { return }
        if machine.served(now: now) == nil { fail("no token at the end") }
        if !pending.isEmpty, call == nil { fail("somebody waits forever") }
    }

    /// The bucket may be empty: then a minute must be waited for.
    private var isCallsUsedUp: Bool { calls.count >= 50 && calls[calls.count - 50] > now - 3_600_000 }

    private func isBudgetUsedUp(by user: AccessTokenUser) -> Bool {
        guard let last = spent.last else { return false }
        // One that was written down and not made is spent, too; after a restart nobody knows when it was made.
        let counted = last < startedAt && last > startedAt - 95_000 ? startedAt : last
        if now - counted <= 35_000 { return true }
        let limit = user == .ownCall ? 20 : 15
        return spent.count >= limit && spent[spent.count - limit] > now - 86_555_000
    }
}
