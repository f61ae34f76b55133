import Gateway
import Synchronization

/// The system's clock, put forward by a test: for what WeChat compares with its own time.
final class ShiftedClock: Sendable {
    private let shift = Atomic<Int64>(0)

    var wallClock: WallClock {
        WallClock { [self] in WallClock.system.milliseconds + shift.load(ordering: .relaxed) }
    }

    func advance(milliseconds: Int64) { shift.add(milliseconds, ordering: .relaxed) }
}
