internal import WeChat

/// When a token is renewed, and how long a failure is waited out. Knows no state but its random numbers.
///
/// All times are Unix milliseconds, all spans milliseconds.
struct AccessTokenSchedule: Sendable {
    /// What a caller needs to do something with a token (contract section 5).
    static let handOutMin: Int64 = 60_000
    /// The longest life believed, in seconds: WeChat promises 7,200 at most today, and a greater number must not put the
    /// next look off by more than a day.
    static let lifeMaxSeconds = 86_400
    /// The last part of a stable token's life, in which WeChat hands out a new one.
    static let rotation: Int64 = 300_000
    /// A small part of it, so that gateways of one app do not all call at its begin.
    static let rotationJitterMax: Int64 = 15_000
    /// A stable token that should be new by now, but is not yet.
    static let sameAgain: Int64 = 10_000
    /// How soon after a try somebody without any token makes the next one.
    static let demandPause: Int64 = 2_000
    /// How often a dead token that may not be forced is asked for by a plain call: somebody else may renew it.
    static let budgetPoll: Int64 = 60_000
    /// A clock that goes back by less has only been corrected.
    static let clockSlack: Int64 = 5_000
    /// No call takes longer; a greater difference is a changed clock.
    static let callMax: Int64 = 60_000

    static let ordinaryFirst: Int64 = 1_000
    static let ordinaryMax: Int64 = 60_000
    static let misconfiguredFirst: Int64 = 10_000
    static let misconfiguredMax: Int64 = 300_000
    /// 89501, 89503: an administrator is being asked.
    static let confirmation: Int64 = 300_000
    /// 89507: refused once.
    static let refusedOnce: Int64 = 3_600_000
    /// 89506: refused twice.
    static let refusedTwice: Int64 = 86_400_000
    /// 45009 ends at a midnight that is not documented: looked at once an hour.
    static let dayQuotaMax: Int64 = 3_600_000

    let policy: AccessTokenPolicy
    private var pauses: PauseLength

    init(policy: AccessTokenPolicy, seed: UInt64) {
        self.policy = policy
        pauses = PauseLength(seed: seed)
    }

    private var ahead: Int64 { Int64(policy.aheadSeconds) * 1000 }

    /// When a token that has just been fetched or restored is to be renewed.
    mutating func due(of kept: KeptAccessToken, now: Int64) -> Int64 {
        guard kept.mode == policy.mode else { return now }
        let life = kept.expiresAt - kept.obtainedAt
        guard life > ahead else { return kept.obtainedAt + life / 2 }
        // Earlier only: the time ahead is a promise.
        return kept.expiresAt - ahead - pauses.jitter(upTo: min(ahead / 10, 30_000))
    }

    /// When to ask again after WeChat gave the token that we have.
    mutating func dueAgain(of kept: KeptAccessToken, now: Int64) -> Int64 {
        let rotation = kept.expiresAt - Self.rotation
        // Later only: a moment before, WeChat would give the same one.
        if rotation > now { return rotation + pauses.jitter(upTo: Self.rotationJitterMax) }
        return now + Self.sameAgain + pauses.jitter(upTo: Self.sameAgain / 2)
    }

    /// How long to wait after the last of so many failures.
    ///
    /// - Parameter count: at least 1.
    mutating func pause(after error: WeChatError, count: Int, now: Int64) -> AccessTokenPause {
        switch error {
        case .busy, .timeout, .connection, .invalidReply, .overloaded, .cancelled:
            return ordinary(count: count, now: now)
        case .rateLimited(let refusal):
            let span = refusal.errcode == 45009 ? Self.untilDayQuota(now) : 60_000 - now % 60_000
            return AccessTokenPause(kind: .patient, since: now, until: now + span + pauses.jitter(upTo: 1_000))
        // 40001 from the token endpoint is a wrong secret; no other refusal passes by itself either.
        case .misconfigured(let refusal), .invalidAccessToken(let refusal), .unexpectedErrcode(let refusal),
            .invalidCode(let refusal), .codeUsed(let refusal), .userBlocked(let refusal):
            let span =
                switch refusal.errcode {
                case 89501, 89503: Self.confirmation
                case 89507: Self.refusedOnce
                case 89506: Self.refusedTwice
                default: PauseLength.doubled(Self.misconfiguredFirst, count: count, max: Self.misconfiguredMax)
                }
            return AccessTokenPause(
                kind: .patient,
                since: now,
                until: now + span + pauses.jitter(upTo: min(span / 2, 30_000))
            )
        }
    }

    /// After a failure that may pass at any moment.
    mutating func ordinary(count: Int, now: Int64) -> AccessTokenPause {
        let span = PauseLength.doubled(Self.ordinaryFirst, count: count, max: Self.ordinaryMax)
        return AccessTokenPause(kind: .ordinary, since: now, until: now + span + pauses.jitter(upTo: span / 2))
    }

    /// While a forced refresh is needed and not allowed before the given time.
    mutating func budget(allowedAt: Int64, now: Int64) -> AccessTokenPause {
        let poll = now + Self.budgetPoll + pauses.jitter(upTo: Self.budgetPoll / 2)
        return AccessTokenPause(kind: .budget, since: now, until: min(allowedAt, poll))
    }

    /// To the next midnight of Beijing (UTC+8), looked at once an hour.
    private static func untilDayQuota(_ now: Int64) -> Int64 {
        let day: Int64 = 86_400_000
        return min(dayQuotaMax, day - (now + 28_800_000) % day)
    }
}
