/// Random numbers that repeat themselves for a seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// From 0 up to, but not, 1.
    mutating func nextUnit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// From 0 up to, but not, `bound`.
    mutating func next(below bound: Int) -> Int { Int(next(upperBound: UInt64(max(1, bound)))) }
}
