internal import Logging
internal import Synchronization
internal import UV
internal import WeChat

// What requests of all loops ask a pool. Any thread.
extension QRCodePool {
    /// Codes that are ready.
    nonisolated var readyCount: Int { desk.withLock { $0.machine.ready.count } }

    /// A code that is the caller's alone; at once if one is ready.
    ///
    /// - Parameter asking: the loop that calls.
    nonisolated func code(on asking: EventLoop) async throws(QRCodeRefusal) -> FreshCode {
        let now = environment.clock.milliseconds
        let waiter = Waiter(on: asking)
        let (answer, id) = decide { desk in
            desk.lastID += 1
            let (answer, actions) = desk.machine.ask(id: desk.lastID, waiter: waiter, now: now)
            return ((answer, desk.lastID), actions)
        }
        let told: QRCodeAnswer? =
            if let answer { answer } else { await waiter.outcome(onCancel: { [self] in leave(id) }) }
        switch told {
        case .code(let code): return code
        case .refused(let refusal): throw refusal
        case nil: throw .failed(.cancelled)
        }
    }

    /// Whether a fetch may make another call.
    nonisolated func takeRepeat() -> Bool {
        let now = environment.clock.milliseconds
        return desk.withLock { $0.machine.takeRepeat(now: now) }
    }

    private nonisolated func leave(_ id: Int) {
        desk.withLock { $0.machine.leave(id: id) }
    }

    /// Lets the machine decide, and sees to what it wants: answers are given at once and outside the lock, the rest is done
    /// at home, one hop away and in the order of the decisions.
    nonisolated func decide<Result: Sendable>(_ event: @Sendable (inout Desk) -> (Result, [Action])) -> Result {
        var answers: [(waiter: Waiter, answer: QRCodeAnswer)] = []
        let (result, callsHome) = desk.withLock { desk in
            let (result, actions) = event(&desk)
            for action in actions {
                if case .answer(let waiter, let answer) = action {
                    answers.append((waiter, answer))
                } else {
                    desk.todo.append(action)
                }
            }
            let callsHome = !desk.todo.isEmpty && !desk.isHomeCalled
            if callsHome { desk.isHomeCalled = true }
            return (result, callsHome)
        }
        for (waiter, answer) in answers { waiter.resume(answer) }
        if callsHome { loop.execute { [self] in assumeIsolated { $0.work() } } }
        return result
    }

    /// What an operator can do about a refusal that he must act on.
    nonisolated func advice(on error: WeChatError) -> Logger.Metadata {
        guard case .misconfigured = error else { return [:] }
        return [
            "page": "\(environment.page(of: app))",
            "env_version": "\(environment.policy.environment.rawValue)",
            "advice": """
            publish the page, or set WXGATE_QR_PAGE (qr_page in WXGATE_APPS_FILE) to one that is published; \
            WXGATE_QR_POOL=0 fetches no codes ahead
            """,
        ]
    }
}
