import Glibc

/// How arrivals of an open loop lie around their rate.
enum ArrivalPattern: String, CaseIterable, Sendable {
    /// Evenly.
    case constant
    /// As of many clients that know nothing of each other.
    case poisson
}

/// The moments at which requests are meant to start, one after the other. Without a clock.
struct ArrivalSchedule: Sendable {
    private let profile: RateProfile
    private let pattern: ArrivalPattern
    private var generator: SeededGenerator
    private var arrivals = 0.0

    init(_ profile: RateProfile, _ pattern: ArrivalPattern, seed: UInt64) {
        self.profile = profile
        self.pattern = pattern
        generator = SeededGenerator(seed: seed)
    }

    /// Seconds since the start at which the next request is due; nil after the last one.
    mutating func next() -> Double? {
        switch pattern {
        case .constant: arrivals += 1
        // Arrivals of a Poisson process are apart by an exponential distribution, measured in expected arrivals.
        case .poisson: arrivals -= log(1 - generator.nextUnit())
        }
        return profile.time(ofArrivals: arrivals)
    }
}
