/// One call over several bases from its start to its end: which base next, when, and when to give up.
///
/// Decides; never sends, waits or reads a clock. What may be repeated is little, because a login code is good for one
/// exchange: another base is tried only when the one before got not one byte of the request, and the same base again
/// only when WeChat said that it is busy (-1).
struct CallPlan {
    /// What to do next.
    enum Step: Equatable {
        /// Send to the base of this index. Both times are at least 1.
        case send(base: Int, timeoutMilliseconds: UInt64, connectTimeoutMilliseconds: UInt64)
        /// Wait, then ask `resume`.
        case wait(milliseconds: UInt64)
        case fail(WeChatError)
    }

    /// Answers of -1 after which the call is made again. More would hold up a login that a client can repeat itself.
    static let busyRetriesMax = 2
    /// The shortest wait after the first -1; twice as long after the second.
    static let backoffMilliseconds: UInt64 = 50

    private let baseCount: Int
    private let deadline: UInt64
    private let busyRetriesMax: Int
    private var base = 0
    private var busyRetries = 0

    /// - Parameters:
    ///   - baseCount: at least 1.
    ///   - retriesBusy: false for a call of which WeChat allows few a day: -1 does not say that it was not counted.
    ///   - now: milliseconds of the loop's clock, as in all calls.
    init(baseCount: Int, retriesBusy: Bool = true, timeoutMilliseconds: UInt64, now: UInt64) {
        precondition(baseCount > 0, "a call needs a base to go to")
        self.baseCount = baseCount
        deadline = now + timeoutMilliseconds
        busyRetriesMax = retriesBusy ? Self.busyRetriesMax : 0
    }

    /// The first step, and the one after a wait.
    func resume(now: UInt64) -> Step {
        guard now < deadline else { return .fail(.timeout) }
        let rest = deadline - now
        // An unreachable base must leave the bases after it their share of the time.
        let share = max(rest / UInt64(baseCount - base), 1)
        return .send(base: base, timeoutMilliseconds: rest, connectTimeoutMilliseconds: share)
    }

    /// No byte of the request was sent.
    mutating func wasNotSent(_ error: WeChatError, now: UInt64) -> Step {
        guard base + 1 < baseCount else { return .fail(error) }
        base += 1
        return resume(now: now)
    }

    /// WeChat answered -1.
    ///
    /// - Parameter jitter: 0 up to 1, exclusive, so that gateways that were refused together do not return together.
    mutating func wasBusy(_ refusal: WeChatRefusal, now: UInt64, jitter: Double) -> Step {
        guard busyRetries < busyRetriesMax else { return .fail(.busy(refusal)) }
        let shortest = Self.backoffMilliseconds << UInt64(busyRetries)
        let wait = shortest + UInt64(Double(shortest) * jitter)
        // After the wait there would be no time for an answer, and "busy" says more than "timeout".
        guard now + wait < deadline else { return .fail(.busy(refusal)) }
        busyRetries += 1
        return .wait(milliseconds: wait)
    }
}
