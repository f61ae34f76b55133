/// How WeChat hands out the access_tokens of one app: its published figures, and its silences filled in.
///
/// Source: facts sheet 2, 3 and 13.2.
public struct AccessTokenRules: Equatable, Sendable {
    /// What a forced refresh gets less than 30 seconds after the last one. WeChat only says that it does not refresh.
    public enum ForcedTooSoon: String, CaseIterable, Sendable {
        /// The current token, as if it had not been forced.
        case current
        /// 45011.
        case refused
    }

    /// Another system of the same owner that fetches tokens too, on and on.
    public struct Rival: Equatable, Sendable {
        /// Simulated seconds from one fetch to the next, `everySecondsRange`.
        public var everySeconds: Int
        /// What it fetches. A legacy token ends ours in 300 seconds, a stable one is ours too.
        public var kind: AccessTokenKind
        /// Whether it forces, which ends our stable token; ignored for legacy ones.
        public var forces: Bool

        /// Makes a rival.
        public init(everySeconds: Int, kind: AccessTokenKind = .legacy, forces: Bool = false) {
            self.everySeconds = everySeconds
            self.kind = kind
            self.forces = forces
        }
    }

    /// WeChat's own lifetime is the longest, since a client may count on no more.
    public static let lifetimeSecondsRange = 1...7200
    /// No token outlives its natural end by more than it lived.
    public static let forcedOverlapSecondsRange = 0...7200
    /// Up to a day; the bound only keeps the arithmetic small.
    public static let rivalEverySecondsRange = 1...86_400
    /// WeChat's largest quota twice; the bound only keeps typing errors out.
    public static let quotaRange = 0...1_000_000

    /// How long a token lives that is issued from now on, in seconds. With 300 or less each call of stable_token gives a
    /// new one, because it is always in its last 300 seconds.
    public var lifetimeSeconds = 7200
    /// How long a stable token still works after a forced refresh, in seconds. WeChat contradicts itself about it. Those
    /// before it end at once, so a second forced refresh kills a leaked token in any case.
    public var forcedOverlapSeconds = 0
    /// What a forced refresh gets within 30 seconds of the last one.
    public var forcedTooSoon = ForcedTooSoon.current
    /// Calls of `/cgi-bin/token` a day, before 45009.
    public var legacyPerDayMax = 2000
    /// Calls of `/cgi-bin/stable_token` a day, before 45009.
    public var stablePerDayMax = 500_000
    /// Forced refreshes a day, before 45009.
    public var forcedPerDayMax = 20
    /// What risk control says to each call of the two endpoints; absent for nothing.
    public var ipRisk: IPRisk?
    /// Who else fetches tokens of the app; absent for nobody.
    public var rival: Rival?

    /// Makes the rules that WeChat published, without rival.
    public init() {}

    var lifetime: Duration { .seconds(lifetimeSeconds) }
    var forcedOverlap: Duration { .seconds(forcedOverlapSeconds) }

    func check() throws(SimulatorRefusal) {
        guard Self.lifetimeSecondsRange.contains(lifetimeSeconds) else {
            throw .invalid("token_lifetime_s must be an integer from 1 to 7200")
        }
        guard Self.forcedOverlapSecondsRange.contains(forcedOverlapSeconds) else {
            throw .invalid("forced_overlap_s must be an integer from 0 to 7200")
        }
        guard [legacyPerDayMax, stablePerDayMax, forcedPerDayMax].allSatisfy(Self.quotaRange.contains) else {
            throw .invalid("a quota must be an integer from 0 to 1000000")
        }
        guard rival.map({ Self.rivalEverySecondsRange.contains($0.everySeconds) }) ?? true else {
            throw .invalid("rival_every_s must be an integer from 1 to 86400")
        }
    }
}
