/// Lengths of pauses between tries: doubled with each failure, and spread, so that not everybody tries at one moment.
///
/// A value without a clock; its randomness is that of its seed.
struct PauseLength: Sendable {
    private var random: UInt64

    init(seed: UInt64) {
        random = seed
    }

    /// 0 to `max`, both included.
    mutating func jitter(upTo max: Int64) -> Int64 {
        guard max > 0 else { return 0 }
        // SplitMix64: even and cheap, and nothing secret depends on it.
        random &+= 0x9e37_79b9_7f4a_7c15
        var mixed = random
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int64((mixed ^ (mixed >> 31)) % UInt64(max + 1))
    }

    /// The pause after so many failures in a row: `first`, then twice as long each time, up to `max`.
    static func doubled(_ first: Int64, count: Int, max: Int64) -> Int64 {
        // 2^10 is beyond every maximum.
        min(max, first << Int64(Swift.min(Swift.max(count - 1, 0), 10)))
    }
}
