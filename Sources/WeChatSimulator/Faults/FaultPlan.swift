/// One fault and the requests that it hits.
public struct FaultRule: Equatable, Sendable {
    /// What happens to a request that is hit.
    public var fault: Fault
    /// The share of the requests that are hit, 0 to 1.
    public var rate: Double
    /// The rule ends after so many hits; absent for never.
    public var count: Int?
    /// The only path that the rule looks at; absent for all paths of the WeChat side.
    public var path: String?
    /// Whether the request takes effect although the client does not learn it: a code is used up, a key rotated.
    ///
    /// Always true for a fault that spoils a real reply, false by default for one that replaces it. WeChat does not say
    /// which of the two a lost reply means.
    public let takesEffect: Bool

    /// Makes a rule that hits each request unless it is told otherwise.
    public init(
        _ fault: Fault,
        rate: Double = 1,
        count: Int? = nil,
        path: String? = nil,
        takesEffect: Bool = false
    ) {
        self.fault = fault
        self.rate = rate
        self.count = count
        self.path = path
        self.takesEffect = takesEffect || fault.needsReply
    }
}

/// Everything that goes wrong, and how slowly: replaced as a whole, never edited.
public struct FaultPlan: Equatable, Sendable {
    /// Rare long delays that come on top of the latency.
    public struct Spikes: Equatable, Sendable {
        /// The share of the requests that are hit, 0 to 1.
        public var rate: Double
        /// The extra delay.
        public var latency: Latency

        /// Makes spikes of a rate and a distribution.
        public init(rate: Double, latency: Latency) {
            self.rate = rate
            self.latency = latency
        }
    }

    /// The delay of each reply; absent for the one that the simulator was started with.
    public var latency: Latency?
    /// Rare long delays.
    public var spikes: Spikes?
    /// At most one rule hits a request. One die is thrown for all rules: each takes its own share, in order, as far as
    /// the rules before it left any.
    public var rules: [FaultRule]
    /// Makes the dice repeat themselves; absent for dice that depend on the simulator's own seed.
    public var seed: UInt64?

    /// Makes a plan.
    public init(
        latency: Latency? = nil,
        spikes: Spikes? = nil,
        rules: [FaultRule] = [],
        seed: UInt64? = nil
    ) {
        self.latency = latency
        self.spikes = spikes
        self.rules = rules
        self.seed = seed
    }
}
