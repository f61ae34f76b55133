internal import Synchronization
internal import UV
internal import WeChat

// What requests of all loops ask a keeper. Any thread.
extension AccessTokenKeeper {
    /// The token as it is now, whatever it is good for; nil: none.
    nonisolated var current: KeptAccessToken? { desk.withLock { $0.machine.current } }

    /// What is wrong, in words for an operator; nil: nothing.
    nonisolated var trouble: String? {
        let now = environment.clock.milliseconds
        return desk.withLock { desk in
            let machine = desk.machine
            if machine.phase(now: now) == .budgetSpent {
                let seconds = max(0, (machine.budgetSpentUntil ?? now) - now) / 1000
                return "the access_token is dead, and the next forced refresh is allowed in \(seconds) s"
            }
            let isServed = machine.usable(by: .ownCall, now: now) != nil
            guard let failure = machine.lastFailure else { return isServed ? nil : "no access_token yet" }
            return isServed ? "the access_token is not renewed: \(failure)" : "no access_token: \(failure)"
        }
    }

    /// The token that this user may use now; nil: none.
    nonisolated func usable(by user: AccessTokenUser) -> KeptAccessToken? {
        let now = environment.clock.milliseconds
        return desk.withLock { $0.machine.usable(by: user, now: now) }
    }

    /// A token for this user; waits while one is being fetched.
    ///
    /// - Parameter asking: the loop that calls.
    nonisolated func token(
        for user: AccessTokenUser,
        on asking: EventLoop
    ) async throws(AccessTokenUnavailable) -> KeptAccessToken {
        if let usable = usable(by: user) { return usable }
        let now = environment.clock.milliseconds
        let answer = await answer(on: asking) { machine, id, waiter in
            machine.ask(by: user, id: id, waiter: waiter, now: now)
        }
        switch answer {
        case .token(let kept): return kept
        case .report(let report): return report.current
        case .unavailable(let reason): throw reason
        }
    }

    /// Somebody says that this token is dead; waits while that is looked into.
    ///
    /// - Parameters:
    ///   - token: nil: whichever is current.
    ///   - asking: the loop that calls.
    nonisolated func report(
        _ token: AccessToken?,
        by user: AccessTokenUser,
        on asking: EventLoop
    ) async throws(AccessTokenUnavailable) -> AccessTokenReport {
        let now = environment.clock.milliseconds
        let answer = await answer(on: asking) { machine, id, waiter in
            machine.report(token, by: user, id: id, waiter: waiter, now: now)
        }
        switch answer {
        case .report(let report): return report
        case .token(let kept): return AccessTokenReport(current: kept, isRefreshed: false, retryAfterSeconds: nil)
        case .unavailable(let reason): throw reason
        }
    }

    private nonisolated func answer(
        on asking: EventLoop,
        _ question: @Sendable (inout Machine, Int, Waiter) -> (AccessTokenAnswer?, [Action])
    ) async -> AccessTokenAnswer {
        let waiter = Waiter(on: asking)
        let (answer, id) = decide { desk in
            desk.lastID += 1
            let (answer, actions) = question(&desk.machine, desk.lastID, waiter)
            return ((answer, desk.lastID), actions)
        }
        if let answer { return answer }
        let told = await waiter.outcome(onCancel: { [self] in leave(id) })
        return told ?? .unavailable(AccessTokenUnavailable(error: .cancelled, retryAfterSeconds: 1))
    }

    private nonisolated func leave(_ id: Int) {
        desk.withLock { $0.machine.leave(id: id) }
    }

    /// Lets the machine decide, and sees to what it wants: answers are given at once and outside the lock, the rest is done
    /// at home, one hop away and in the order of the decisions.
    nonisolated func decide<Result: Sendable>(_ event: @Sendable (inout Desk) -> (Result, [Action])) -> Result {
        var answers: [(waiter: Waiter, answer: AccessTokenAnswer)] = []
        let (result, callsHome) = desk.withLock { desk in
            let (result, actions) = event(&desk)
            for action in actions {
                if case .answer(let told) = action { answers += told } else { desk.todo.append(action) }
            }
            // At home the caller sees to it, or the call comes with the next drain.
            let callsHome = !desk.todo.isEmpty && !desk.isHomeCalled
            if callsHome { desk.isHomeCalled = true }
            return (result, callsHome)
        }
        for (waiter, answer) in answers { waiter.resume(answer) }
        if callsHome { loop.execute { [self] in assumeIsolated { $0.work() } } }
        return result
    }
}
