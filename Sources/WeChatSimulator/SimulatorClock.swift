import FoundationEssentials
import Synchronization

/// The simulator's own time: the computer's, and as much ahead of it as its owner pushed it.
///
/// Any thread may use it. It never goes back, not even when the computer's clock is set.
final class SimulatorClock: Sendable {
    /// How far time may be pushed at once: ten years.
    static let advanceSecondsMax = 315_360_000.0

    private let start = ContinuousClock.now
    private let startTime: UnixTime
    private let ahead = Mutex<Duration>(.zero)

    init() {
        startTime = UnixTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    }

    var now: UnixTime {
        startTime + (ContinuousClock.now - start) + ahead.withLock { $0 }
    }

    func advance(by duration: Duration) {
        ahead.withLock { $0 += duration }
    }
}
