import Glibc

/// The clock by which everything is measured: nanoseconds since some moment, the same one for all threads.
enum MonotonicClock {
    static let second: UInt64 = 1_000_000_000

    static func now() -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * second + UInt64(time.tv_nsec)
    }

    /// Nanoseconds of a span of time that is not negative.
    static func nanoseconds(_ seconds: Double) -> UInt64 { UInt64(max(0, seconds) * Double(second)) }

    static func seconds(_ nanoseconds: UInt64) -> Double { Double(nanoseconds) / Double(second) }
}
